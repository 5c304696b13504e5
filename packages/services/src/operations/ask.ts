import { expectBuild, transact } from '@rollcall/store'
import { noteChange } from '../changes.ts'
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
  return transact(ctx.store, async (tx) => {
    const apply = await tx.db.apply.findUniqueOrThrow({
      where: { id: attempt.applyId },
      select: { stopRequestedAt: true, cancelRequestedAt: true },
    })
    const mine = await tx.db.attempt.findFirst({
      where: { id: attempt.attemptId, token: attempt.token, endedAt: null },
      select: { askedAt: true },
    })
    if (!mine) return 'replaced'
    if (mine.askedAt) return 'asked'
    if (apply.cancelRequestedAt) return 'cancelled'
    if (apply.stopRequestedAt) return 'stopped'
    const now = ctx.now()
    const { count } = await tx.db.attempt.updateMany({
      where: { id: attempt.attemptId, token: attempt.token, endedAt: null },
      data: { askedAt: now, heartbeatAt: now },
    })
    if (count === 0) return 'replaced'
    await tx.db.operation.update({ where: { id: attempt.operationId }, data: { phase: 'deploying' } })
    const patienceSeconds = attempt.redeployTimeoutSeconds + attempt.settleBudgetSeconds
    await expectBuild(tx, {
      ...attempt,
      since: now,
      settlingUntil: new Date(now.getTime() + patienceSeconds * 1000),
    })
    await noteChange(tx, now, {
      kind: 'operation.deploying',
      applyId: attempt.applyId,
      operationId: attempt.operationId,
    })
    return 'go'
  })
}
