import type { PromotionFacts } from '@rollcall/rollout'
import { type Tx, transact } from '@rollcall/store'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { factsOf, type PromotionRow } from './facts.ts'
import { refreshPromotion } from './project.ts'
import type { PromotionDrive } from './take.ts'

/**
 * One entry into the journal of a promotion, under its token: locks the row, writes, derives the state anew, notes the
 * change. Answers the facts as they are now; null when another driver has it or it has ended, and nothing was written.
 */
export function writeJournal(
  ctx: Context,
  drive: Pick<PromotionDrive, 'id' | 'token'>,
  write: (tx: Tx, now: Date) => Promise<unknown>,
): Promise<PromotionFacts | null> {
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const { count } = await tx.db.promotion.updateMany({
      where: { id: drive.id, token: drive.token, endedAt: null },
      data: { heartbeatAt: now },
    })
    if (count === 0) return null
    await write(tx, now)
    const row: PromotionRow = await refreshPromotion(tx, drive.id)
    await noteChange(tx, now, { kind: 'promotion.changed' })
    return factsOf(row)
  })
}

/** The driver lives. False: another one has the promotion, or it has ended. */
export async function heartbeatPromotion(ctx: Context, drive: Pick<PromotionDrive, 'id' | 'token'>): Promise<boolean> {
  const { count } = await ctx.store.db.promotion.updateMany({
    where: { id: drive.id, token: drive.token },
    data: { heartbeatAt: ctx.now() },
  })
  return count === 1
}
