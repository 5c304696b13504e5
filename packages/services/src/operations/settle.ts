import { type FailureReason, nextRetry } from '@rollcall/rollout'
import { type AfterEnd, transact, writeEnd } from '@rollcall/store'
import { advanceSoon } from '../applies/advance-soon.ts'
import { refreshProjection } from '../applies/project.ts'
import type { Context } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import type { Attempt } from './take.ts'

/** How an attempt came out. `completed` is for a driver that has seen the target answer with the build. */
export type Outcome =
  | { state: 'completed' }
  | { state: 'failed'; reason: FailureReason; detail: string }
  | { state: 'stopped' | 'cancelled' }

/**
 * Records how an attempt ended, under its token, projects the apply where its verdict may have turned, and has it
 * advanced: one transaction. A failure that is worth another try goes back in line until the budget of attempts is used
 * up. False: another driver has the attempt, and nothing was written.
 */
export async function settleOperation(ctx: Context, attempt: Attempt, outcome: Outcome): Promise<boolean> {
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const failure = outcome.state === 'failed' ? outcome : null
    const retry = failure
      ? nextRetry(attempt.number, attempt.attemptLimit, failure.reason, now, attempt.retryBackoffSeconds)
      : null
    const end = {
      outcome: outcome.state,
      failureReason: failure?.reason ?? null,
      failureDetail: foreignText(failure?.detail ?? null, 1_000),
      retryAt: retry?.retry ? retry.at : null,
      canary: attempt.canary,
    }
    const after = await writeEnd(tx.db, attempt, end, now)
    if (!after) return false
    if (mayTurn(after)) await refreshProjection(tx, attempt.applyId, now)
    tx.hint(`apply:${attempt.applyId}`)
    tx.hint('world')
    advanceSoon(tx, attempt.applyId)
    return true
  })
}

/**
 * False for one more completed operation of a running apply that has others left and knows of no failure: its state
 * stays, and the advance that follows words it anew. That is nearly all of them, and each would hold the row that all
 * operations of the apply share while the facts are read and judged.
 */
function mayTurn(after: AfterEnd): boolean {
  const { state, applyState, countUnfinished, countOthers, stopRequestedAt, cancelRequestedAt } = after
  const uneventful = state === 'completed' && applyState === 'running' && countUnfinished > 0 && countOthers === 0
  return !uneventful || stopRequestedAt !== null || cancelRequestedAt !== null
}
