import { lockPerson, transact } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { accessChanged } from './access-changed.ts'
import { auditPerson } from './audit-person.ts'
import { endSessionsOf } from './end-sessions-of.ts'
import { hashPassword, newPassword, verifyPassword } from './password.ts'
import { passwordProvider } from './person.ts'
import { ownId, ownSession } from './self.ts'
import { beginSignIn, refuseWait, signInSucceeded } from './sign-in-limit.ts'
import { requireOwnPassword, writePassword } from './write-password.ts'

export const changePasswordInput = z.strictObject({
  current: z.string({ error: 'must be text' }).min(1, 'must not be empty').max(200, 'must have at most 200 characters'),
  password: newPassword,
})

/** Changes one's own password; everywhere else one is signed in, one is not any more. */
export async function changePassword(ctx: Context, input: unknown): Promise<{ sessionsEnded: number }> {
  const asked = parse(changePasswordInput, input)
  const id = ownId(ctx)
  const found = await ctx.store.db.user.findUnique({
    where: { id },
    include: { accounts: { where: { providerId: passwordProvider } } },
  })
  const before = found?.accounts[0]?.password
  if (!found || !before) {
    throw new ServiceError('refused', 'You have no password here.', {
      field: 'current',
      remedy: 'Whoever comes in through the provider changes the password there.',
    })
  }
  requireOwnPassword(asked.password, found)
  // whoever took a session over must not find the password out by it
  const attempt = await beginSignIn(ctx, { way: 'own password', account: id, client: id })
  refuseWait(attempt)
  if (!(await verifyPassword(before, asked.current))) {
    throw new ServiceError('refused', 'This is not your password now.', {
      field: 'current',
      remedy: 'Enter the password with which you signed in.',
    })
  }
  await signInSucceeded(ctx, attempt)
  const hash = await hashPassword(asked.password)
  return transact(ctx.store, async (tx) => {
    await lockPerson(tx, id)
    // a link that resets it may have been faster
    const unchanged = await tx.db.account.count({ where: { userId: id, password: before } })
    if (unchanged === 0) {
      throw new ServiceError('conflict', 'Your password has just been changed otherwise.', {
        field: 'current',
        remedy: 'Enter the new one.',
      })
    }
    await writePassword(tx, ctx, id, hash)
    await tx.db.invitation.deleteMany({ where: { userId: id, usedAt: null } })
    const sessionsEnded = await endSessionsOf(tx, id, ownSession(ctx))
    await auditPerson(tx, ctx, 'person.password', id, { detail: { sessionsEnded } })
    accessChanged(tx)
    return { sessionsEnded }
  })
}
