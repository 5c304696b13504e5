import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id } from '../fields.ts'
import { requireNoToken } from '../tokens/maker.ts'
import { auditPerson } from './audit-person.ts'
import { changePerson } from './change-person.ts'
import { personView } from './get-person.ts'
import { type PersonRow, rolesOf } from './person.ts'
import { requireHeldRoles } from './roles.ts'

export const enablePersonInput = z.strictObject({ id })

/** Lets a person in again who was kept out, with the roles that they have. Whoever does it has these, and is no token. */
export async function enablePerson(ctx: Context, input: unknown): Promise<PersonRow> {
  const asked = parse(enablePersonInput, input)
  requireNoToken(ctx, 'let people in')
  await changePerson(ctx, asked.id, async (tx, found) => {
    if (found.disabledAt === null) return false
    await requireHeldRoles(tx.db, ctx, rolesOf(found))
    await tx.db.user.update({ where: { id: asked.id }, data: { disabledAt: null } })
    await auditPerson(tx, ctx, 'person.enable', asked.id, { before: { disabled: true }, after: { disabled: false } })
    return true
  })
  return personView(ctx, asked.id)
}
