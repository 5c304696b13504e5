import { heartbeatPromotion, type PromotionDrive } from '@rollcall/services'
import type { PromoteDeps } from './deps.ts'

const beatMilliseconds = 4_000

/** Gives a sign of life while `work` runs; the signal that it gets also aborts when another driver has the promotion. */
export async function withHeart(
  deps: PromoteDeps,
  promotion: PromotionDrive,
  signal: AbortSignal,
  work: (alive: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController()
  const beat = setInterval(() => {
    heartbeatPromotion(deps.ctx, promotion).then(
      (mine) => mine || lost.abort(new Error('another driver has the promotion')),
      // the database does not answer: the next beat tells, and every entry is fenced anyway
      () => {},
    )
  }, beatMilliseconds)
  try {
    await work(AbortSignal.any([signal, lost.signal]))
  } catch (error) {
    if (!lost.signal.aborted) throw error
  } finally {
    clearInterval(beat)
  }
}
