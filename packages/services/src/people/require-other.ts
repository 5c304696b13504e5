import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'

/** Throws when somebody would lock themselves out by one press. */
export function requireOther(ctx: Context, id: string, what: string): void {
  if (ctx.actor.id !== id) return
  throw new ServiceError('refused', `You cannot ${what}.`, { field: 'id', remedy: 'Have another administrator do it.' })
}
