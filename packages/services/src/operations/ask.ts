import { inOneStatement, writeIntent } from '@rollcall/store'
import { noteSoon } from '../changes.ts'
import type { Context } from '../context.ts'
import type { Attempt } from './take.ts'

/**
 * go: call the control plane now · replaced: another driver has the attempt · stopped, cancelled: a person said so ·
 * asked: it was called in an earlier life, so look instead
 */
export type Leave = 'go' | 'replaced' | 'stopped' | 'cancelled' | 'asked'

/**
 * The last look before a side effect: the attempt is still mine, nobody stopped the apply, and nothing was asked in an
 * earlier life. On `go` the intent is committed before the call is made, so a crash leaves an unknown outcome that is
 * read back, never a call that nobody knows of. From then on the target is expected to run the build.
 */
export async function askLeave(ctx: Context, attempt: Attempt): Promise<Leave> {
  const now = ctx.now()
  const patienceSeconds = attempt.redeployTimeoutSeconds + attempt.settleBudgetSeconds
  const settlingUntil = new Date(now.getTime() + patienceSeconds * 1000)
  const intent = await inOneStatement(ctx.store, (db) => writeIntent(db, attempt, now, settlingUntil))
  if (intent.go) {
    noteSoon(ctx, 'operation.deploying', attempt, now)
    return 'go'
  }
  if (!intent.mine) return 'replaced'
  if (intent.askedAt) return 'asked'
  if (intent.cancelRequestedAt) return 'cancelled'
  if (intent.stopRequestedAt) return 'stopped'
  // it was mine when the statement began and was taken over while it waited
  return 'replaced'
}
