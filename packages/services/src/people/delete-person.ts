import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id } from '../fields.ts'
import { auditPerson } from './audit-person.ts'
import { changePerson } from './change-person.ts'
import { personRow } from './person.ts'
import { requireOther } from './require-other.ts'
import { rolesText } from './roles.ts'

export const deletePersonInput = z.strictObject({ id })

/**
 * Forgets a person with their sessions, roles and tokens; what they did stays in the record under their name. Whoever
 * comes through the provider would come back with the next sign-in: those are kept out by disabling them.
 */
export async function deletePerson(ctx: Context, input: unknown): Promise<{ id: string }> {
  const asked = parse(deletePersonInput, input)
  requireOther(ctx, asked.id, 'delete yourself')
  await changePerson(ctx, asked.id, async (tx, found) => {
    const { name, email, roles, providerRoles, sessions } = personRow({}, found)
    const tokens = await tx.db.apiToken.count({ where: { ownerId: asked.id } })
    await tx.db.user.delete({ where: { id: asked.id } })
    await auditPerson(tx, ctx, 'person.delete', asked.id, {
      before: { name, email, roles: rolesText(roles), providerRoles: rolesText(providerRoles) },
      detail: { sessionsEnded: sessions, tokensEnded: tokens },
    })
    return true
  })
  return { id: asked.id }
}
