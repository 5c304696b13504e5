import { type ApplyProjection, projectApply } from '@rollcall/rollout'
import { type ApplyFactsRow, loadApplyFacts, type Tx } from '@rollcall/store'
import { factsOf } from './facts.ts'

/**
 * Reads the facts of a locked apply again and stores what the core derives from them, by compare-and-set on the state
 * it was derived from. The one writer whose compare-and-set changed the state gets `turned`, and with it whatever a
 * verdict sets off.
 */
export async function refreshProjection(
  tx: Tx,
  applyId: string,
  now: Date,
): Promise<{ row: ApplyFactsRow; projection: ApplyProjection; turned: boolean }> {
  const row = await loadApplyFacts(tx.db, applyId)
  if (!row) throw new Error(`apply ${applyId} is gone`)
  const projection = projectApply(factsOf(row, now), now)
  const endedAt = projection.terminal ? (row.endedAt ?? now) : null
  const same =
    row.state === projection.state &&
    row.settled === projection.settled &&
    row.releaseStatus === projection.releaseStatus &&
    row.headline === projection.headline &&
    row.endedAt?.getTime() === endedAt?.getTime()
  let turned = false
  if (!same) {
    const { count } = await tx.db.apply.updateMany({
      where: { id: applyId, state: row.state, settled: row.settled },
      data: {
        state: projection.state,
        settled: projection.settled,
        releaseStatus: projection.releaseStatus,
        headline: projection.headline,
        endedAt,
      },
    })
    turned = count === 1 && row.state !== projection.state
  }
  return { row, projection, turned }
}
