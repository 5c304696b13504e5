import type { Context } from '../context.ts'
import { isYours } from './view.ts'

/** Whether a token is that of the one who asks, or itself; one that is not there is nobody else's. */
export async function isOwnToken(ctx: Context, id: string): Promise<boolean> {
  if (!/^tok_[0-9a-z]{1,32}$/.test(id)) return true
  const row = await ctx.store.db.apiToken.findUnique({ where: { id }, select: { id: true, ownerId: true } })
  return row === null || isYours(ctx, row)
}
