import { type ClaimsPolicy, forgeOfIssuer, isCapability } from '@rollcall/rollout'
import type { CiTrust, Prisma } from '@rollcall/store'
import type { Context, Reader } from '../context.ts'
import { elsewhere, placesOf, seenById } from '../tokens/view.ts'
import type { PinnedKeys } from './keys.ts'
import type { TrustView } from './views.ts'

/** What was stored through `trustFields`, read back. */
export const policyOf = ({ claims }: Pick<CiTrust, 'claims'>): ClaimsPolicy => claims as Record<string, string>
export const keysOf = ({ keys }: Pick<CiTrust, 'keys'>): PinnedKeys | null => keys as PinnedKeys | null

export async function trustViews(db: Reader, ctx: Context, rows: readonly CiTrust[]): Promise<TrustView[]> {
  const slugs = await seenById(db, ctx)
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    issuer: row.issuer,
    forge: forgeOfIssuer(row.issuer),
    audience: row.audience,
    claims: { ...policyOf(row) },
    keys: keysOf(row),
    capabilities: row.capabilities.filter(isCapability),
    environments: placesOf(row, slugs),
    elsewhere: elsewhere(row, slugs),
    minutes: row.minutes,
    state: row.disabledAt === null ? 'live' : 'disabled',
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }))
}

export async function trustView(db: Reader, ctx: Context, row: CiTrust): Promise<TrustView> {
  const [view] = await trustViews(db, ctx, [row])
  return view as TrustView
}

/** A trust as the audit keeps it: all that it says, and nothing about its use. */
export function recordOf(view: TrustView): Prisma.InputJsonObject {
  const { lastUsedAt: _use, createdAt: _at, createdBy: _by, id: _id, ...said } = view
  return { ...said }
}
