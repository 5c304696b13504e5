import { transact } from '@rollcall/store'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'

/**
 * Writes down that somebody was not let in. The account is named when there is one: a name that there is not may be a
 * password in the wrong field. How often is bounded by how often it may be tried.
 */
export async function recordFailedSignIn(
  ctx: Context,
  { email, client, because }: { email: string | null; client: string; because: string },
): Promise<void> {
  const known =
    email === null
      ? null
      : await ctx.store.db.user.findUnique({ where: { email: email.toLowerCase() }, select: { id: true } })
  await transact(ctx.store, (tx) =>
    audit(tx, ctx, {
      action: 'sign_in.fail',
      subjectType: known === null ? 'sign_in' : 'person',
      subjectId: known?.id ?? client,
      environmentId: null,
      outcome: 'refused',
      detail: { because, client },
    }),
  )
}
