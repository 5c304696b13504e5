import { lockPeople, lockPerson, newId, type Tx, transact } from '@rollcall/store'
import type { Context } from '../context.ts'
import { accessChanged } from './access-changed.ts'
import { auditPerson } from './audit-person.ts'
import { endSessionsOf } from './end-sessions-of.ts'
import { inOrder, type RoleHeld } from './held-roles.ts'
import type { SignInRefusal } from './open-session.ts'
import { oidcProvider, passwordProvider } from './person.ts'
import { replaceRoles, rolesText } from './roles.ts'

/** What the provider has proven about somebody. */
export interface ProviderProfile {
  /** who they are there, for ever */
  subject: string
  email: string | null
  emailVerified: boolean
  name: string | null
  /** what their groups come to */
  roles: readonly RoleHeld[]
}

export type Admission = { userId: string } | { refused: SignInRefusal }

/**
 * Who this is here: made when they are new, their roles those of their groups now. A person of the same e-mail address is
 * taken for them only when the provider says that the address is theirs and that person has always come through it.
 * Whoever is left without any role is not let in, and what they had open ends.
 */
export async function admitFromProvider(ctx: Context, profile: ProviderProfile): Promise<Admission> {
  const email = profile.email?.trim().toLowerCase() ?? ''
  if (email === '') return { refused: 'no_email' }
  return transact(ctx.store, async (tx) => {
    await lockPeople(tx)
    const known = await findKnown(tx, profile, email)
    if (known === 'local_person') return { refused: 'local_person' }
    const name = profile.name?.trim().slice(0, 100) || email
    const roles = await knownPlaces(tx, profile.roles)
    const as = (id: string): Context => ({ ...ctx, actor: { ...ctx.actor, id, name, credential: 'provider' } })
    if (known === null)
      return roles.length === 0 ? { refused: 'no_role' } : make(tx, as, { profile, email, name, roles })
    if (known.disabledAt !== null) return { refused: 'disabled' }
    await lockPerson(tx, known.id)
    await update(tx, as(known.id), known, { email, name })
    const left = await takeRoles(tx, as(known.id), known.id, roles)
    return left === 0 ? { refused: 'no_role' } : { userId: known.id }
  })
}

async function findKnown(tx: Tx, { subject, emailVerified }: ProviderProfile, email: string) {
  const account = { providerId: oidcProvider, accountId: subject }
  const own = await tx.db.account.findUnique({ where: { providerId_accountId: account }, include: { user: true } })
  if (own) return own.user
  const same = await tx.db.user.findUnique({ where: { email }, include: { accounts: true } })
  if (!same) return null
  const ways = new Set(same.accounts.map(({ providerId }) => providerId))
  if (!emailVerified || !ways.has(oidcProvider) || ways.has(passwordProvider)) return 'local_person'
  await tx.db.account.create({ data: { id: newId('acc'), ...account, userId: same.id } })
  return same
}

/** Groups may be given roles in environments that are not there yet. */
async function knownPlaces(tx: Tx, roles: readonly RoleHeld[]): Promise<RoleHeld[]> {
  const found = await tx.db.environment.findMany({ select: { slug: true } })
  const slugs = new Set(found.map(({ slug }) => slug))
  return inOrder(roles.filter(({ environment }) => environment === null || slugs.has(environment)))
}

async function make(
  tx: Tx,
  as: (id: string) => Context,
  who: { profile: ProviderProfile; email: string; name: string; roles: RoleHeld[] },
): Promise<Admission> {
  const { profile, email, name, roles } = who
  const id = newId('usr')
  const ctx = as(id)
  const at = ctx.now()
  await tx.db.user.create({
    data: { id, name, email, emailVerified: profile.emailVerified, createdAt: at, updatedAt: at },
  })
  await tx.db.account.create({
    data: { id: newId('acc'), providerId: oidcProvider, accountId: profile.subject, userId: id },
  })
  await replaceRoles(tx, ctx, id, 'oidc', roles)
  await auditPerson(tx, ctx, 'person.add', id, { after: { name, email, roles: rolesText(roles) } })
  return { userId: id }
}

async function update(
  tx: Tx,
  ctx: Context,
  known: { id: string; name: string; email: string },
  told: { name: string; email: string },
): Promise<void> {
  const free = known.email === told.email || (await tx.db.user.count({ where: { email: told.email } })) === 0
  const after = { name: told.name, email: free ? told.email : known.email }
  if (after.name === known.name && after.email === known.email) return
  await tx.db.user.update({ where: { id: known.id }, data: after })
  const before = { name: known.name, email: known.email }
  await auditPerson(tx, ctx, 'person.update', known.id, { before, after })
}

/** Answers how many roles there are then, of whatever source. Whoever has other ones now begins anew everywhere. */
async function takeRoles(tx: Tx, ctx: Context, userId: string, roles: RoleHeld[]): Promise<number> {
  const grants = await tx.db.roleGrant.findMany({
    where: { userId },
    select: { role: true, source: true, environment: { select: { slug: true } } },
  })
  const of = (source: string) =>
    grants
      .filter((one) => one.source === source)
      .map((one) => ({ role: one.role, environment: one.environment?.slug ?? null }))
  const before = rolesText(inOrder(of('oidc')))
  const after = rolesText(roles)
  if (before.join() !== after.join()) {
    await replaceRoles(tx, ctx, userId, 'oidc', roles)
    const sessionsEnded = await endSessionsOf(tx, userId)
    const detail = { by: 'groups at the provider', sessionsEnded }
    await auditPerson(tx, ctx, 'person.roles', userId, { before: { roles: before }, after: { roles: after }, detail })
    accessChanged(tx)
  }
  return of('local').length + roles.length
}
