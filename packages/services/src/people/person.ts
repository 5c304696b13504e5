import type { Prisma } from '@rollcall/store'
import type { Context, Reader } from '../context.ts'
import { notFound } from '../errors.ts'
import { isSeen } from '../sees.ts'
import type { Iso } from '../views.ts'
import { inOrder, type RoleHeld } from './held-roles.ts'
import { people } from './operator.ts'

/** How accounts of the provider are kept. */
export const oidcProvider = 'oidc'
/** How better-auth keeps an account with a password. */
export const passwordProvider = 'credential'

export interface PersonRow {
  id: string
  name: string
  email: string
  /** how they come in: with a password, through the provider, or not yet */
  comesIn: 'password' | 'provider' | 'not_yet'
  /** given here */
  roles: RoleHeld[]
  /** what the provider's groups come to */
  providerRoles: RoleHeld[]
  disabledAt: Iso | null
  seenAt: Iso | null
  createdAt: Iso
  sessions: number
  /** until when a link that was given out lets them choose a password */
  invitedUntil: Iso | null
}

export const personInclude = (now: Date) =>
  ({
    accounts: { select: { providerId: true } },
    grants: { select: { role: true, source: true, environmentId: true, environment: { select: { slug: true } } } },
    invitations: { where: { usedAt: null, expiresAt: { gt: now } }, select: { expiresAt: true } },
    _count: { select: { sessions: { where: { expiresAt: { gt: now } } } } },
  }) satisfies Prisma.UserInclude

export type PersonFound = Prisma.UserGetPayload<{ include: ReturnType<typeof personInclude> }>

/** A person as whoever asks may see them: roles in environments that they may not read are left out. */
export function personRow(ctx: Pick<Context, 'sees'>, found: PersonFound): PersonRow {
  const { id, name, email, accounts, grants, invitations, disabledAt, seenAt, createdAt, _count } = found
  const ways = new Set(accounts.map(({ providerId }) => providerId))
  const from = (source: string) =>
    inOrder(
      grants
        .filter((grant) => grant.source === source && isSeen(ctx, grant.environmentId))
        .map(({ role, environment }) => ({ role, environment: environment?.slug ?? null })),
    )
  return {
    id,
    name,
    email,
    comesIn: ways.has(oidcProvider) ? 'provider' : ways.has(passwordProvider) ? 'password' : 'not_yet',
    roles: from('local'),
    providerRoles: from('oidc'),
    disabledAt: disabledAt?.toISOString() ?? null,
    seenAt: seenAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    sessions: _count.sessions,
    invitedUntil: invitations[0]?.expiresAt.toISOString() ?? null,
  }
}

/** All that a person is, wherever it comes from, also where whoever asks may not look. */
export const rolesOf = ({ grants }: Pick<PersonFound, 'grants'>): RoleHeld[] =>
  inOrder(grants.map(({ role, environment }) => ({ role, environment: environment?.slug ?? null })))

/** The person of that id; throws `not_found`. Whoever signed in with the operator token is none. */
export async function findPerson(db: Reader, id: string, now: Date): Promise<PersonFound> {
  const found = await db.user.findFirst({ where: { AND: [{ id }, people] }, include: personInclude(now) })
  if (!found) throw notFound('person', id, 'id', 'Look them up on the page People.')
  return found
}
