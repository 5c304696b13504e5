import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id } from '../fields.ts'
import { auditPerson } from './audit-person.ts'
import { changePerson } from './change-person.ts'
import { endSessionsOf } from './end-sessions-of.ts'
import { personView } from './get-person.ts'
import type { PersonRow } from './person.ts'
import { requireOther } from './require-other.ts'

export const disablePersonInput = z.strictObject({ id })

/** Keeps a person out from now on, also when the provider would let them in; their sessions and tokens end. */
export async function disablePerson(ctx: Context, input: unknown): Promise<PersonRow> {
  const asked = parse(disablePersonInput, input)
  requireOther(ctx, asked.id, 'disable yourself')
  await changePerson(ctx, asked.id, async (tx, { disabledAt }) => {
    if (disabledAt !== null) return false
    await tx.db.user.update({ where: { id: asked.id }, data: { disabledAt: ctx.now() } })
    const sessionsEnded = await endSessionsOf(tx, asked.id)
    await auditPerson(tx, ctx, 'person.disable', asked.id, {
      before: { disabled: false },
      after: { disabled: true },
      detail: { sessionsEnded },
    })
    return true
  })
  return personView(ctx, asked.id)
}
