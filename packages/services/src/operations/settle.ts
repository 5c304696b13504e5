import { type FailureReason, nextRetry, type OperationState } from '@rollcall/rollout'
import { type CounterDeltas, countMoves, expectBuild, lockApply, transact } from '@rollcall/store'
import { advanceSoon } from '../applies/advance-soon.ts'
import { refreshProjection } from '../applies/project.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import type { Attempt } from './take.ts'

/** How an attempt came out. `completed` is for a driver that has seen the target answer with the build. */
export type Outcome =
  | { state: 'completed' }
  | { state: 'failed'; reason: FailureReason; detail: string }
  | { state: 'stopped' | 'cancelled' }

/**
 * Records how an attempt ended, under its token, then projects the apply and has it advanced: one transaction. A
 * failure that is worth another try goes back in line until the budget of attempts is used up. False: another driver
 * has the attempt, and nothing was written.
 */
export async function settleOperation(ctx: Context, attempt: Attempt, outcome: Outcome): Promise<boolean> {
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    await lockApply(tx, attempt.applyId)
    const failure = outcome.state === 'failed' ? outcome : null
    const why = { failureReason: failure?.reason ?? null, failureDetail: foreignText(failure?.detail ?? null, 1_000) }
    const { count } = await tx.db.attempt.updateMany({
      where: { id: attempt.attemptId, token: attempt.token, endedAt: null },
      data: {
        endedAt: now,
        outcome: outcome.state,
        ...why,
      },
    })
    if (count === 0) return false

    const apply = await tx.db.apply.findUniqueOrThrow({
      where: { id: attempt.applyId },
      select: { stopRequestedAt: true, cancelRequestedAt: true, environmentId: true },
    })
    const retry = failure
      ? nextRetry(attempt.number, attempt.attemptLimit, failure.reason, now, attempt.retryBackoffSeconds)
      : null
    const state = settledState(outcome, retry?.retry ?? false, apply)
    await tx.db.operation.update({
      where: { id: attempt.operationId },
      data: {
        state,
        phase: null,
        retryAt: state === 'failed_retryable' && retry?.retry ? retry.at : null,
        endedAt: state === 'failed_retryable' ? null : now,
        ...why,
      },
    })
    if (state === 'completed') {
      // also where nothing had to be asked, because it ran the build already
      await expectBuild(tx, { ...attempt, since: now, settlingUntil: null })
    } else if (state !== 'failed_retryable') {
      // from here on an old answer is stale, not settling; what was never asked of the target is not expected of it
      await tx.db.expectation.updateMany({
        where: { targetId: attempt.targetId, componentId: attempt.componentId, applyId: attempt.applyId },
        data: { settlingUntil: null },
      })
    }
    const deltas: CounterDeltas = {
      running: -1,
      [state]: 1,
      failedCanary: attempt.canary && state === 'failed' ? 1 : 0,
      onNewBuild: state === 'completed' ? 1 : 0,
    }
    await countMoves(tx, attempt.applyId, deltas)
    await refreshProjection(tx, attempt.applyId, now)
    await noteChange(tx, now, {
      kind: `operation.${state}`,
      applyId: attempt.applyId,
      environmentId: apply.environmentId,
      operationId: attempt.operationId,
    })
    advanceSoon(tx, attempt.applyId)
    return true
  })
}

/** A stop or cancel that came while the attempt was in flight takes the place of another try. */
function settledState(
  outcome: Outcome,
  worthAnother: boolean,
  apply: { stopRequestedAt: Date | null; cancelRequestedAt: Date | null },
): OperationState {
  if (outcome.state !== 'failed' || !worthAnother) return outcome.state
  if (apply.cancelRequestedAt) return 'cancelled'
  if (apply.stopRequestedAt) return 'stopped'
  return 'failed_retryable'
}
