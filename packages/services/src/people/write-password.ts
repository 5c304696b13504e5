import { newId, type Tx } from '@rollcall/store'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { passwordProvider } from './person.ts'

/** Gives a person a password, in the form in which better-auth looks for it. */
export async function writePassword(tx: Tx, ctx: Context, userId: string, hash: string): Promise<void> {
  const own = { providerId: passwordProvider, accountId: userId }
  const at = ctx.now()
  await tx.db.account.upsert({
    where: { providerId_accountId: own },
    create: { id: newId('acc', at.getTime()), ...own, userId, password: hash, createdAt: at, updatedAt: at },
    update: { password: hash },
  })
}

/** Throws for a password that stands on the page beside the field for it. */
export function requireOwnPassword(password: string, person: { name: string; email: string }): void {
  const given = password.trim().toLowerCase()
  if (given !== person.email.toLowerCase() && given !== person.name.toLowerCase()) return
  throw new ServiceError('invalid', 'password: must not be the name or the e-mail address', {
    field: 'password',
    remedy: 'Choose another password.',
  })
}
