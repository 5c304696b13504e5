import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { operatorId } from './operator.ts'

/** The person who asks about themselves; throws for the operator token, which is nobody. */
export function ownId({ actor }: Context): string {
  if (actor.id?.startsWith('usr_') && actor.id !== operatorId) return actor.id
  throw new ServiceError('refused', 'The operator token is no person and has no password.', {
    remedy: 'Sign in as yourself.',
  })
}

/** The id of the session that asks; null: it is none. */
export const ownSession = ({ actor }: Context): string | null =>
  /^session (ses_\w+)$/.exec(actor.credential ?? '')?.[1] ?? null
