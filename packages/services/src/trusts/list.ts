import type { Context } from '../context.ts'
import { trustViews } from './view.ts'
import type { TrustView } from './views.ts'

/** All trusts, by name; there are few. */
export async function listTrusts(ctx: Context): Promise<TrustView[]> {
  const { db } = ctx.store
  return trustViews(db, ctx, await db.ciTrust.findMany({ orderBy: { name: 'asc' } }))
}
