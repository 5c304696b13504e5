import { type Attempt, heartbeatOperation } from '@rollcall/services'
import type { Deps } from '../deps.ts'

const beatMilliseconds = 4_000

/**
 * Gives a sign of life for the attempt while `work` runs. The signal that `work` gets aborts when the outer one does,
 * or when the attempt has been taken over by another driver.
 */
export async function withHeart(
  deps: Deps,
  attempt: Attempt,
  signal: AbortSignal,
  work: (alive: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController()
  const beat = setInterval(() => {
    heartbeatOperation(deps.ctx, attempt).then(
      (mine) => mine || lost.abort(new Error('another driver has the attempt')),
      // the database does not answer: the next beat tells, and every write is fenced anyway
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
