import { commonRights, isCapability } from '@rollcall/rollout'
import type { Prisma } from '@rollcall/store'
import type { Context, Reader } from '../context.ts'
import { seenEnvironments } from '../sees.ts'
import { rightsGiven } from './given.ts'
import { rightsOfRoles } from './owner-rights.ts'
import type { TokenState, TokenView } from './views.ts'

export const forView = {
  owner: {
    select: { id: true, name: true, disabledAt: true, grants: { select: { role: true, environmentId: true } } },
  },
  trust: {
    select: { id: true, name: true, disabledAt: true, capabilities: true, environmentIds: true, everywhere: true },
  },
} satisfies Prisma.ApiTokenInclude

type Row = Prisma.ApiTokenGetPayload<{ include: typeof forView }>

/** Slugs of the environments that the one who asks may see, by id. */
export async function seenById(db: Reader, ctx: Context): Promise<Map<string, string>> {
  const rows = await db.environment.findMany({ where: seenEnvironments(ctx), select: { id: true, slug: true } })
  return new Map(rows.map(({ id, slug }) => [id, slug]))
}

/** Where something was given, in names. One that is not there any more, or not to be seen, is left out. */
export function placesOf(
  given: { everywhere: boolean; environmentIds: readonly string[] },
  slugs: ReadonlyMap<string, string>,
): 'everywhere' | string[] {
  return given.everywhere ? 'everywhere' : given.environmentIds.flatMap((id) => slugs.get(id) ?? []).sort()
}

/** In how many more environments than those that the one who asks may see. */
export const elsewhere = (
  { everywhere, environmentIds }: Pick<Row, 'everywhere' | 'environmentIds'>,
  seen: ReadonlyMap<string, string>,
) => (everywhere ? 0 : environmentIds.filter((id) => !seen.has(id)).length)

export function tokenView(ctx: Context, row: Row, slugs: ReadonlyMap<string, string>): TokenView {
  const given = rightsGiven(row)
  const bound =
    row.owner !== null ? rightsOfRoles(row.owner.grants) : row.trust !== null ? rightsGiven(row.trust) : given
  const now = commonRights(given, bound)
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    state: stateOf(row, ctx.now()),
    owner: row.owner && { id: row.owner.id, name: row.owner.name },
    yours: isYours(ctx, row),
    capabilities: row.capabilities.filter(isCapability),
    environments: placesOf(row, slugs),
    elsewhere: elsewhere(row, slugs),
    lost: [...given.keys()].filter((capability) => !now.has(capability)),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedBy: row.revokedBy,
    pipeline: row.trust && { trustId: row.trust.id, trust: row.trust.name, claims: toldClaims(row.claims) },
  }
}

function stateOf({ revokedAt, expiresAt, ownerId, owner, trust }: Row, now: Date): TokenState {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt <= now) return 'expired'
  if (ownerId !== null && (owner === null || owner.disabledAt !== null)) return 'ownerless'
  return trust !== null && trust.disabledAt !== null ? 'untrusted' : 'live'
}

/** Whether a token is the one who asks, or theirs. */
export function isYours({ actor }: Context, { id, ownerId }: { id: string; ownerId: string | null }): boolean {
  return actor.id != null && (actor.id === ownerId || actor.id === id)
}

function toldClaims(claims: Prisma.JsonValue): Record<string, string> {
  const told = typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? (claims.told ?? {}) : {}
  return told as Record<string, string>
}
