import { type UpdateVerb, updateActions } from '@rollcall/rollout'
import type { ExternalUpdate } from '@rollcall/store'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { type LoadedUpdate, loadUpdates } from './facts.ts'
import { updateNotFound } from './not-found.ts'

/** The update, when the verb is allowed on it; otherwise the sentence of the button. */
export async function mayDo(
  ctx: Context,
  id: string,
  verb: UpdateVerb,
): Promise<LoadedUpdate & { row: ExternalUpdate }> {
  const row = await ctx.store.db.externalUpdate.findUnique({ where: { id } })
  if (!row) throw updateNotFound(id)
  const [loaded] = await loadUpdates(ctx.store.db, [row], ctx.now())
  const answer = loaded ? updateActions(loaded.facts)[verb] : null
  if (!loaded || !answer) throw updateNotFound(id)
  if (!answer.allowed) throw new ServiceError('refused', answer.why, { field: 'id', remedy: answer.unblock })
  return loaded
}
