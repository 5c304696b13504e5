import { lockPeople, lockPerson, newId, type Tx, transact } from '@rollcall/store'
import type { Context } from '../context.ts'
import { accessChanged } from './access-changed.ts'
import { auditPerson } from './audit-person.ts'
import { endSessionsOf } from './end-sessions-of.ts'
import { inOrder, type RoleHeld } from './held-roles.ts'
import type { SignInRefusal } from './open-session.ts'
import { oidcProvider } from './person.ts'
import { email as emailField, personName } from './person-fields.ts'
import { replaceRoles, rolesText } from './roles.ts'

/** What the provider has proven about somebody. */
export interface ProviderProfile {
  /** which provider says so, as it names itself */
  issuer: string
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
 * Under which name an account of a provider is kept: a subject is somebody only at its issuer, another provider may call
 * somebody else the same.
 */
export const providerAccountId = (issuer: string, subject: string): string => JSON.stringify([issuer, subject])

/**
 * Who this is here: made when they are new, their roles those of their groups now. They are known again by issuer and
 * subject and by nothing else: an e-mail address is told, and may be another's. Where somebody has it, they are refused.
 * Whoever is left without any role is not let in, and what they had open ends.
 */
export async function admitFromProvider(ctx: Context, profile: ProviderProfile): Promise<Admission> {
  const { data: email } = emailField.safeParse(profile.email)
  if (email === undefined) return { refused: 'no_email' }
  return transact(ctx.store, async (tx) => {
    await lockPeople(tx)
    const known = await findKnown(tx, profile)
    const roles = await knownPlaces(tx, profile.roles)
    // whoever is here already is not called by an address that is not theirs for certain, either
    const address = known === null || profile.emailVerified ? email : known.email
    // a name that nobody could be given here is as good as none
    const name = personName.safeParse(profile.name).data ?? address
    const as = (id: string): Context => ({ ...ctx, actor: { ...ctx.actor, id, name, credential: 'provider' } })
    if (known === null) {
      const refused = await refusedAddress(tx, email)
      if (refused !== null) return { refused }
      return roles.length === 0 ? { refused: 'no_role' } : make(tx, as, { profile, email, name, roles })
    }
    if (known.disabledAt !== null) return { refused: 'disabled' }
    await lockPerson(tx, known.id)
    await update(tx, as(known.id), known, { email: profile.emailVerified ? email : null, name })
    const left = await takeRoles(tx, as(known.id), known.id, roles)
    return left === 0 ? { refused: 'no_role' } : { userId: known.id }
  })
}

async function findKnown(tx: Tx, { issuer, subject }: ProviderProfile) {
  const account = { providerId: oidcProvider, accountId: providerAccountId(issuer, subject) }
  const own = await tx.db.account.findUnique({ where: { providerId_accountId: account }, include: { user: true } })
  return own?.user ?? null
}

/** Why nobody new can have this address; null: it is free. */
async function refusedAddress(tx: Tx, email: string): Promise<SignInRefusal | null> {
  const same = await tx.db.user.findUnique({ where: { email }, include: { accounts: true } })
  if (same === null) return null
  return same.accounts.some(({ providerId }) => providerId === oidcProvider) ? 'other_account' : 'local_person'
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
    data: {
      id: newId('acc'),
      providerId: oidcProvider,
      accountId: providerAccountId(profile.issuer, profile.subject),
      userId: id,
    },
  })
  await replaceRoles(tx, ctx, id, 'oidc', roles)
  await auditPerson(tx, ctx, 'person.add', id, { after: { name, email, roles: rolesText(roles) } })
  return { userId: id }
}

/** An address that the provider has not verified (null), or that somebody else has here, changes nothing. */
async function update(
  tx: Tx,
  ctx: Context,
  known: { id: string; name: string; email: string; emailVerified: boolean },
  told: { name: string; email: string | null },
): Promise<void> {
  const { id, emailVerified } = known
  const before = { name: known.name, email: known.email }
  const free = told.email !== null && (await tx.db.user.count({ where: { email: told.email, id: { not: id } } })) === 0
  const after = { name: told.name, email: free && told.email !== null ? told.email : known.email }
  const verified = emailVerified || after.email === told.email
  const isSame = after.name === before.name && after.email === before.email
  if (isSame && verified === emailVerified) return
  await tx.db.user.update({ where: { id }, data: { ...after, emailVerified: verified } })
  if (!isSame) await auditPerson(tx, ctx, 'person.update', id, { before, after })
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
