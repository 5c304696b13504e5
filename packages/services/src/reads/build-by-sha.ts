import type { Build } from '@rollcall/store'
import type { Context } from '../context.ts'

/** A published build by its full sha; null when nobody published it, so that nobody knows its order. */
export function buildBySha(ctx: Context, componentId: string, sha: string): Promise<Build | null> {
  return ctx.store.db.build.findUnique({ where: { componentId_sha: { componentId, sha } } })
}
