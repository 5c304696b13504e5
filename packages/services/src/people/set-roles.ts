import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id } from '../fields.ts'
import { requireNoToken } from '../tokens/maker.ts'
import { auditPerson } from './audit-person.ts'
import { changePerson } from './change-person.ts'
import { endSessionsOf } from './end-sessions-of.ts'
import { personView } from './get-person.ts'
import { inOrder } from './held-roles.ts'
import { type PersonRow, personRow } from './person.ts'
import { heldRolesField } from './person-fields.ts'
import { replaceRoles, requireHeldRoles, rolesText } from './roles.ts'

export const setRolesInput = z.strictObject({ id, roles: heldRolesField })

/**
 * Makes these the roles that a person was given here: the whole set. What their groups at the provider come to stays.
 * They sign in again with what they may do then: all their sessions end. Whoever gives them has them, and is no token.
 */
export async function setRoles(ctx: Context, input: unknown): Promise<PersonRow> {
  const asked = parse(setRolesInput, input)
  requireNoToken(ctx, 'say who may do what')
  await changePerson(ctx, asked.id, async (tx, found) => {
    await requireHeldRoles(tx.db, ctx, asked.roles)
    const before = rolesText(personRow({}, found).roles)
    const after = rolesText(inOrder(asked.roles))
    if (before.join() === after.join()) return false
    await replaceRoles(tx, ctx, asked.id, 'local', asked.roles)
    const sessionsEnded = await endSessionsOf(tx, asked.id)
    await auditPerson(tx, ctx, 'person.roles', asked.id, {
      before: { roles: before },
      after: { roles: after },
      detail: { sessionsEnded },
    })
    return true
  })
  return personView(ctx, asked.id)
}
