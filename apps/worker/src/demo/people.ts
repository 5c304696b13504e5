import { acceptInvitation, addPerson, type Context, invitePerson } from '@rollcall/services'
import * as world from './world.ts'

/** One person for each role, all with the same password. Each is made once: whom somebody deleted does not come back. */
export async function introduce(ctx: Context, password: string): Promise<void> {
  const { user, auditEntry } = ctx.store.db
  for (const { name, email, roles } of world.people) {
    const known = await user.findUnique({ where: { email }, include: { accounts: true } })
    const made = { action: 'person.add', via: 'seed', after: { path: ['email'], equals: email } }
    if (known === null && (await auditEntry.count({ where: made })) > 0) continue
    if (known !== null && known.accounts.length > 0) continue
    const { link } = known ? await invitePerson(ctx, { id: known.id }) : await addPerson(ctx, { name, email, roles })
    await acceptInvitation(ctx, { secret: link.secret, password })
  }
}
