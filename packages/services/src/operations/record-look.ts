import type { Reading, Verdict } from '@rollcall/rollout'
import { transact, writeReadings } from '@rollcall/store'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { readingRow } from '../fleet/reading-row.ts'
import { foreignText } from '../foreign-text.ts'
import type { Attempt } from './take.ts'

/** Stores what the target itself answered a driver. False: another driver has the attempt, and nothing was written. */
export async function recordLook(ctx: Context, attempt: Attempt, reading: Reading, verdict: Verdict): Promise<boolean> {
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const sha = reading.kind === 'sha' ? reading.sha : null
    const observed = { observedKind: reading.kind, observedSha: sha, observedAt: reading.at }
    const { count } = await tx.db.attempt.updateMany({
      where: { id: attempt.attemptId, token: attempt.token, endedAt: null },
      data: {
        ...observed,
        observedDetail: foreignText(reading.detail, 500),
        looks: { increment: 1 },
        heartbeatAt: now,
      },
    })
    if (count === 0) return false
    const before = await tx.db.operation.findUniqueOrThrow({
      where: { id: attempt.operationId },
      select: { observedKind: true, observedSha: true, verdict: true },
    })
    await tx.db.operation.update({ where: { id: attempt.operationId }, data: { ...observed, verdict } })
    await writeReadings(tx.db, attempt.componentId, [readingRow(attempt.targetId, reading)], { always: true })
    if (before.observedKind !== reading.kind || before.observedSha !== sha || before.verdict !== verdict) {
      await noteChange(tx, now, {
        kind: 'operation.observed',
        applyId: attempt.applyId,
        operationId: attempt.operationId,
      })
    }
    return true
  })
}
