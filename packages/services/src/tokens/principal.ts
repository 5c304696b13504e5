import { commonRights, type Rights } from '@rollcall/rollout'
import type { Prisma, Store } from '@rollcall/store'
import type { Reader } from '../context.ts'
import { hashOfToken, isWellFormedToken, looksLikeToken } from './format.ts'
import { rightsGiven } from './given.ts'
import { rightsOfRoles } from './owner-rights.ts'

/** Whoever comes with an API token, and what that allows at this moment. */
export interface TokenPrincipal {
  id: string
  name: string
  /** as shown: it tells which token it was, and opens nothing */
  prefix: string
  rights: Rights
  /** null: made with the operator token, or exchanged by a pipeline */
  ownerId: string | null
}

export type TokenAnswer =
  | { kind: 'live'; principal: TokenPrincipal }
  /** it is or was one of ours, or could not be; a sentence for the one who holds it */
  | { kind: 'dead'; why: string }
  /** it is nobody's: a guess, or another secret altogether */
  | { kind: 'unknown' }

const asPrincipal = {
  owner: { select: { disabledAt: true, grants: { select: { role: true, environmentId: true } } } },
  trust: {
    select: { name: true, disabledAt: true, capabilities: true, environmentIds: true, everywhere: true },
  },
} satisfies Prisma.ApiTokenInclude

export type TokenRow = Prisma.ApiTokenGetPayload<{ include: typeof asPrincipal }>

/**
 * Who comes with this token. What is not typed correctly is refused without the database; what is, is looked up by the
 * hash of all of it, in an index: nothing is compared character by character. That it was used is written aside.
 */
export async function findTokenPrincipal(db: Store['db'], bearer: string, now: Date): Promise<TokenAnswer> {
  if (!looksLikeToken(bearer)) return { kind: 'unknown' }
  if (!isWellFormedToken(bearer)) {
    return { kind: 'dead', why: 'This token is not complete, or not typed correctly: its end does not fit the rest.' }
  }
  const row = await db.apiToken.findUnique({ where: { hash: hashOfToken(bearer) }, include: asPrincipal })
  if (row === null) return { kind: 'unknown' }
  const why = whyDead(row, now)
  if (why !== null) return { kind: 'dead', why }
  noteUse(db, row, now)
  return { kind: 'live', principal: principalOf(row) }
}

/** Those of some tokens, by id, that still let somebody in, with what they allow now. For streams that are open. */
export async function findTokenPrincipals(
  db: Reader,
  ids: readonly string[],
  now: Date,
): Promise<Map<string, TokenPrincipal>> {
  if (ids.length === 0) return new Map()
  const rows = await db.apiToken.findMany({ where: { id: { in: [...new Set(ids)] } }, include: asPrincipal })
  return new Map(rows.filter((row) => whyDead(row, now) === null).map((row) => [row.id, principalOf(row)]))
}

function whyDead({ prefix, revokedAt, expiresAt, owner, ownerId, trust }: TokenRow, now: Date): string | null {
  if (revokedAt !== null) return `The token ${prefix} was revoked at ${revokedAt.toISOString()}.`
  if (expiresAt <= now) return `The token ${prefix} expired at ${expiresAt.toISOString()}.`
  if (ownerId !== null && (owner === null || owner.disabledAt !== null)) {
    return `The token ${prefix} belongs to somebody who may no longer come in.`
  }
  if (trust !== null && trust.disabledAt !== null) {
    return `The token ${prefix} was exchanged under the trust ${trust.name}, which is disabled.`
  }
  return null
}

/** Never more than it was given, nor than its owner or its trust has at this moment. */
function principalOf(row: TokenRow): TokenPrincipal {
  const given = rightsGiven(row)
  const bound =
    row.owner !== null ? rightsOfRoles(row.owner.grants) : row.trust !== null ? rightsGiven(row.trust) : given
  return { id: row.id, name: row.name, prefix: row.prefix, rights: commonRights(given, bound), ownerId: row.ownerId }
}

const useNotedEveryMs = 60_000

/** At most once a minute for a token, and nobody waits for it: a request must not fail because this could not be noted. */
function noteUse(db: Store['db'], { id, lastUsedAt }: TokenRow, now: Date): void {
  const before = new Date(now.getTime() - useNotedEveryMs)
  if (lastUsedAt !== null && lastUsedAt > before) return
  db.apiToken
    .updateMany({
      where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lte: before } }] },
      data: { lastUsedAt: now },
    })
    .catch(() => {})
}
