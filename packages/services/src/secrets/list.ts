import type { Context } from '../context.ts'
import { secretViews } from './view.ts'
import type { SecretView } from './views.ts'

/** Every name that is used, set, bound or in a worker's process, by name. Never a value, nor how long one is. */
export async function listSecrets(ctx: Context): Promise<SecretView[]> {
  return secretViews(ctx, ctx.store.db)
}
