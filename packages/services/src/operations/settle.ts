import { type FailureReason, nextRetry } from '@rollcall/rollout'
import { transact, writeEnd } from '@rollcall/store'
import { advanceJob, advanceSoon } from '../applies/advance-soon.ts'
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
 * Records how an attempt ended, under its token, projects the apply, notes the change and has it advanced: together. A
 * failure that is worth another try goes back in line until the budget of attempts is used up. False: another driver has
 * the attempt, and nothing was written.
 *
 * Where nothing can turn by it, the record alone says that the apply is to be looked at, and the look that comes words
 * it anew: those that end so at the same time are written together.
 */
export async function settleOperation(ctx: Context, attempt: Attempt, outcome: Outcome): Promise<boolean> {
  const now = ctx.now()
  const told = ctx.store.later.dropNotes(attempt.operationId)
  if (outcome.state === 'completed' && (await ctx.store.completions.complete(attempt, now))) {
    ctx.store.hints.publish(`apply:${attempt.applyId}`)
    ctx.store.hints.publish('world')
    ctx.store.later.send(advanceJob(attempt.applyId))
    return true
  }
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
  // the end is the last that is told of an operation
  await told
  return transact(ctx.store, async (tx) => {
    if (!(await writeEnd(tx.db, attempt, end, now))) return false
    await refreshProjection(tx, attempt.applyId, now)
    tx.hint(`apply:${attempt.applyId}`)
    tx.hint('world')
    advanceSoon(tx, attempt.applyId)
    return true
  })
}
