import type { Context } from '../context.ts'
import type { Attempt } from './take.ts'

/** The driver lives. False: another one has the attempt. */
export async function heartbeatOperation(ctx: Context, attempt: Attempt): Promise<boolean> {
  const { count } = await ctx.store.db.attempt.updateMany({
    where: { id: attempt.attemptId, token: attempt.token, endedAt: null },
    data: { heartbeatAt: ctx.now() },
  })
  return count === 1
}
