import { lockPeople, newId, transact } from '@rollcall/store'
import { z } from 'zod'
import type { Context, Reader } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { auditPerson } from './audit-person.ts'
import { hashOfLink, linkSecret, newLinkSecret } from './link-secret.ts'
import { people } from './operator.ts'
import { hashPassword, newPassword } from './password.ts'
import { email, personName } from './person-fields.ts'
import { replaceRoles } from './roles.ts'
import { requireOwnPassword, writePassword } from './write-password.ts'

const isEmpty = async (db: Reader) => (await db.user.count({ where: people })) === 0

/**
 * What lets the first administrator in, when there is nobody yet: told this once, and what was told before is void. Null
 * as soon as there is anybody.
 */
export async function offerSetup(ctx: Context): Promise<{ secret: string } | null> {
  return transact(ctx.store, async (tx) => {
    await lockPeople(tx)
    await tx.db.setup.deleteMany()
    if (!(await isEmpty(tx.db))) return null
    const secret = newLinkSecret()
    await tx.db.setup.create({ data: { hash: hashOfLink(secret), createdAt: ctx.now() } })
    return { secret }
  })
}

/** Whether somebody could be made the first administrator now, by whoever has what was told. */
export async function isSetupOffered(ctx: Context): Promise<boolean> {
  return (await ctx.store.db.setup.count()) > 0 && isEmpty(ctx.store.db)
}

export const completeSetupInput = z.strictObject({
  secret: linkSecret,
  name: personName,
  email,
  password: newPassword,
})

const noLink = () =>
  new ServiceError('refused', 'This link is not good any more.', {
    field: 'secret',
    remedy: 'Use the one that the last start printed. Once there is an administrator, there is none: sign in.',
  })

/** Makes the first administrator; of two at once, one. What let them do it is gone then. */
export async function completeSetup(ctx: Context, input: unknown): Promise<{ id: string; email: string }> {
  const asked = parse(completeSetupInput, input)
  const hash = hashOfLink(asked.secret)
  if ((await ctx.store.db.setup.count({ where: { hash } })) === 0) throw noLink()
  requireOwnPassword(asked.password, asked)
  const password = await hashPassword(asked.password)
  const at = ctx.now()
  const id = newId('usr', at.getTime())
  const self: Context = { ...ctx, actor: { ...ctx.actor, id, name: asked.name, credential: 'setup link' } }
  await transact(ctx.store, async (tx) => {
    await lockPeople(tx)
    const { count } = await tx.db.setup.deleteMany({ where: { hash } })
    if (count === 0 || !(await isEmpty(tx.db))) throw noLink()
    const { name, email } = asked
    await tx.db.user.create({ data: { id, name, email, createdAt: at, updatedAt: at } })
    await writePassword(tx, self, id, password)
    await replaceRoles(tx, self, id, 'local', [{ role: 'admin', environment: null }])
    await auditPerson(tx, self, 'setup.complete', id, { after: { name, email, roles: ['admin'] } })
  })
  return { id, email: asked.email }
}
