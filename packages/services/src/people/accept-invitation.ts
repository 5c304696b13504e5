import { lockPerson, transact } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { accessChanged } from './access-changed.ts'
import { auditPerson } from './audit-person.ts'
import { endSessionsOf } from './end-sessions-of.ts'
import { hashOfLink, linkSecret } from './link-secret.ts'
import { hashPassword, newPassword } from './password.ts'
import { oidcProvider } from './person.ts'
import { requireOwnPassword, writePassword } from './write-password.ts'

export const acceptInvitationInput = z.strictObject({ secret: linkSecret, password: newPassword })

/** What a link of ours, and one that is none, leads to. */
const noLink = () =>
  new ServiceError('refused', 'This link is not good any more.', {
    field: 'secret',
    remedy: 'Ask whoever gave it to you for a new one: each is good once and for 24 hours.',
  })

/** Gives the person of a link the password that they chose. The link is used up; sessions of before end. */
export async function acceptInvitation(ctx: Context, input: unknown): Promise<{ id: string; email: string }> {
  const asked = parse(acceptInvitationInput, input)
  const hash = hashOfLink(asked.secret)
  const first = await ctx.store.db.invitation.findUnique({ where: { hash }, include: { user: true } })
  if (!first) throw noLink()
  const { id, email, name } = first.user
  requireOwnPassword(asked.password, first.user)
  const password = await hashPassword(asked.password)
  const self: Context = { ...ctx, actor: { ...ctx.actor, id, name, credential: 'invitation' } }
  await transact(ctx.store, async (tx) => {
    await lockPerson(tx, id)
    const now = ctx.now()
    const { count } = await tx.db.invitation.updateMany({
      where: { hash, usedAt: null, expiresAt: { gt: now }, user: { disabledAt: null } },
      data: { usedAt: now },
    })
    const through = await tx.db.account.count({ where: { userId: id, providerId: oidcProvider } })
    if (count === 0 || through > 0) throw noLink()
    await writePassword(tx, self, id, password)
    const sessionsEnded = await endSessionsOf(tx, id)
    await auditPerson(tx, self, 'person.accept', id, { detail: { sessionsEnded } })
    accessChanged(tx)
  })
  return { id, email }
}
