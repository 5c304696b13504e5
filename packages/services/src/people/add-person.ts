import { lockPeople, newId, transact } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { requireNoToken } from '../tokens/maker.ts'
import { auditPerson } from './audit-person.ts'
import { requireFreeEmail } from './free-email.ts'
import { personView } from './get-person.ts'
import { inOrder } from './held-roles.ts'
import { type Link, writeInvitation } from './invitation.ts'
import type { PersonRow } from './person.ts'
import { email, heldRolesField, personName } from './person-fields.ts'
import { replaceRoles, requireHeldRoles, rolesText } from './roles.ts'

export const addPersonInput = z.strictObject({ name: personName, email, roles: heldRolesField })

/**
 * Makes a person with these roles, and a link with which they choose a password: good once and for 24 hours. It is
 * answered here and never again. Whoever makes them gives no more than they have, and is no token.
 */
export async function addPerson(ctx: Context, input: unknown): Promise<{ person: PersonRow; link: Link }> {
  const asked = parse(addPersonInput, input)
  requireNoToken(ctx, 'make people')
  const id = newId('usr', ctx.now().getTime())
  const link = await transact(ctx.store, async (tx) => {
    await lockPeople(tx)
    await requireHeldRoles(tx.db, ctx, asked.roles)
    await requireFreeEmail(tx, asked.email, 'Look them up on the page People.')
    const at = ctx.now()
    await tx.db.user.create({ data: { id, name: asked.name, email: asked.email, createdAt: at, updatedAt: at } })
    await replaceRoles(tx, ctx, id, 'local', asked.roles)
    const made = await writeInvitation(tx, ctx, id)
    await auditPerson(tx, ctx, 'person.add', id, {
      after: { name: asked.name, email: asked.email, roles: rolesText(inOrder(asked.roles)) },
      detail: { linkExpiresAt: made.expiresAt },
    })
    return made
  })
  return { person: await personView(ctx, id), link }
}
