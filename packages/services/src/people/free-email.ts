import type { Tx } from '@rollcall/store'
import { ServiceError } from '../errors.ts'

/** Throws when somebody has this e-mail address: it is one person's. */
export async function requireFreeEmail(tx: Tx, email: string, remedy: string): Promise<void> {
  if ((await tx.db.user.count({ where: { email } })) === 0) return
  throw new ServiceError('refused', `There is a person with the e-mail address ${email}.`, { field: 'email', remedy })
}
