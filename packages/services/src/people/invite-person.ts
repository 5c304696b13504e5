import { lockPerson, transact } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { id } from '../fields.ts'
import { requireNoToken } from '../tokens/maker.ts'
import { auditPerson } from './audit-person.ts'
import { personView } from './get-person.ts'
import { type Link, writeInvitation } from './invitation.ts'
import { findPerson, type PersonRow, personRow, rolesOf } from './person.ts'
import { requireHeldRoles } from './roles.ts'

export const invitePersonInput = z.strictObject({ id })

/**
 * Another link with which a person chooses a password: for whoever let theirs expire or forgot the password. Until it is
 * used, the old password is good. Whoever gives it out could come in by it: they have that person's roles, and are no token.
 */
export async function invitePerson(ctx: Context, input: unknown): Promise<{ person: PersonRow; link: Link }> {
  const asked = parse(invitePersonInput, input)
  requireNoToken(ctx, 'let people in')
  const link = await transact(ctx.store, async (tx) => {
    await lockPerson(tx, asked.id)
    const found = await findPerson(tx.db, asked.id, ctx.now())
    const { comesIn, disabledAt, name } = personRow(ctx, found)
    if (comesIn === 'provider') {
      throw new ServiceError('refused', `${name} comes in through the provider and has no password here.`, {
        field: 'id',
        remedy: 'Passwords of the provider are reset there.',
      })
    }
    if (disabledAt !== null) {
      throw new ServiceError('refused', `${name} is disabled.`, { field: 'id', remedy: 'Enable them first.' })
    }
    await requireHeldRoles(tx.db, ctx, rolesOf(found))
    const made = await writeInvitation(tx, ctx, asked.id)
    await auditPerson(tx, ctx, 'person.invite', asked.id, { detail: { linkExpiresAt: made.expiresAt } })
    return made
  })
  return { person: await personView(ctx, asked.id), link }
}
