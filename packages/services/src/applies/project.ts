import { type ApplyProjection, projectApply } from '@rollcall/rollout'
import { type ApplyFactsRow, loadApplyFacts, type Tx } from '@rollcall/store'
import { factsOf } from './facts.ts'

/** Reads the facts of a locked apply again and stores what the core derives from them. */
export async function refreshProjection(
  tx: Tx,
  applyId: string,
  now: Date,
): Promise<{ row: ApplyFactsRow; projection: ApplyProjection }> {
  const row = await loadApplyFacts(tx.db, applyId)
  if (!row) throw new Error(`apply ${applyId} is gone`)
  return { row, projection: await storeProjection(tx, row, now) }
}

/**
 * Stores what the core derives from the facts of a locked apply, by compare-and-set on the state it was derived from,
 * and when it is to be looked at again. Writes nothing when nothing differs.
 */
export async function storeProjection(
  tx: Tx,
  row: ApplyFactsRow,
  now: Date,
  nextLook: (projection: ApplyProjection) => Date | null = () => row.wakeAt,
): Promise<ApplyProjection> {
  const projection = projectApply(factsOf(row, now), now)
  const endedAt = projection.terminal ? (row.endedAt ?? now) : null
  const wakeAt = nextLook(projection)
  const same =
    row.state === projection.state &&
    row.settled === projection.settled &&
    row.releaseStatus === projection.releaseStatus &&
    row.headline === projection.headline &&
    row.endedAt?.getTime() === endedAt?.getTime() &&
    row.wakeAt?.getTime() === wakeAt?.getTime()
  if (!same) {
    await tx.db.apply.updateMany({
      where: { id: row.id, state: row.state, settled: row.settled },
      data: {
        state: projection.state,
        settled: projection.settled,
        releaseStatus: projection.releaseStatus,
        headline: projection.headline,
        endedAt,
        wakeAt,
      },
    })
  }
  return projection
}
