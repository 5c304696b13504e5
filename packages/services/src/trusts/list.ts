import type { Context } from '../context.ts'
import { trustViews } from './view.ts'
import type { TrustView } from './views.ts'

/** All trusts, by name; there are few. */
export async function listTrusts({ store: { db } }: Context): Promise<TrustView[]> {
  return trustViews(db, await db.ciTrust.findMany({ orderBy: { name: 'asc' } }))
}
