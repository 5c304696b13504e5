import { lockPeople, newId, transact } from '@rollcall/store'
import { z } from 'zod'
import type { Context, Reader } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { auditPerson } from './audit-person.ts'
import { requireFreeEmail } from './free-email.ts'
import { hashOfLink, linkSecret, newLinkSecret } from './link-secret.ts'
import { findManagers } from './managers.ts'
import { hashPassword, newPassword } from './password.ts'
import { email, personName } from './person-fields.ts'
import { replaceRoles } from './roles.ts'
import { requireOwnPassword, writePassword } from './write-password.ts'

const goodForMs = 24 * 3_600_000

/** People may be there who came through the provider: what is missing is somebody who could say what they may do. */
const isNeeded = async (db: Reader) => (await findManagers(db)).length === 0

const stillGood = (ctx: Context) => ({ createdAt: { gt: new Date(ctx.now().getTime() - goodForMs) } })

/**
 * What lets the first administrator in, while nobody can say who may do what: told this once, good for 24 hours, and what
 * was told before is void. Null as soon as there is somebody.
 */
export async function offerSetup(ctx: Context): Promise<{ secret: string } | null> {
  return transact(ctx.store, async (tx) => {
    await lockPeople(tx)
    await tx.db.setup.deleteMany()
    if (!(await isNeeded(tx.db))) return null
    const secret = newLinkSecret()
    await tx.db.setup.create({ data: { hash: hashOfLink(secret), createdAt: ctx.now() } })
    return { secret }
  })
}

/** Voids what was told before: there is another way in. */
export async function withdrawSetup(ctx: Context): Promise<void> {
  await ctx.store.db.setup.deleteMany()
}

/** Whether somebody could be made the first administrator now, by whoever has what was told. */
export async function isSetupOffered(ctx: Context): Promise<boolean> {
  return (await ctx.store.db.setup.count({ where: stillGood(ctx) })) > 0 && isNeeded(ctx.store.db)
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
    remedy:
      'Use the one that the last start printed; it is good for 24 hours, and a restart prints another. Once there is an administrator, there is none: sign in.',
  })

/**
 * Makes the first administrator; of two at once, one. What let them do it is gone then, and void as soon as somebody else
 * has become one. Throws `refused` for an address that somebody has: the link is good for another one.
 */
export async function completeSetup(ctx: Context, input: unknown): Promise<{ id: string; email: string }> {
  const asked = parse(completeSetupInput, input)
  const hash = hashOfLink(asked.secret)
  if ((await ctx.store.db.setup.count({ where: { hash, ...stillGood(ctx) } })) === 0) throw noLink()
  requireOwnPassword(asked.password, asked)
  const password = await hashPassword(asked.password)
  const at = ctx.now()
  const id = newId('usr', at.getTime())
  const self: Context = { ...ctx, actor: { ...ctx.actor, id, name: asked.name, credential: 'setup link' } }
  const made = await transact(ctx.store, async (tx) => {
    await lockPeople(tx)
    const { count } = await tx.db.setup.deleteMany({ where: { hash } })
    // when there is somebody by now, it stays deleted
    if (count === 0 || !(await isNeeded(tx.db))) return false
    const { name, email } = asked
    await requireFreeEmail(tx, email, 'Enter another one. Whoever has it can be made an administrator by you then.')
    await tx.db.user.create({ data: { id, name, email, createdAt: at, updatedAt: at } })
    await writePassword(tx, self, id, password)
    await replaceRoles(tx, self, id, 'local', [{ role: 'admin', environment: null }])
    await auditPerson(tx, self, 'setup.complete', id, { after: { name, email, roles: ['admin'] } })
    return true
  })
  if (!made) throw noLink()
  return { id, email: asked.email }
}
