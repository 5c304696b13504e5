import type { ClaimsPolicy } from '@rollcall/rollout'
import type { CiTrust, Store } from '@rollcall/store'
import type { PinnedKeys } from './keys.ts'
import { keysOf, policyOf } from './view.ts'

/** A trust as the exchange needs it. */
export interface OfferedTrust {
  id: string
  name: string
  issuer: string
  audience: string | null
  claims: ClaimsPolicy
  keys: PinnedKeys | null
}

/** The trusts that are not disabled and name exactly this issuer, by name. Empty: nobody has any reason to ask it. */
export async function trustsOfIssuer(db: Store['db'], issuer: string): Promise<OfferedTrust[]> {
  const rows = await db.ciTrust.findMany({ where: { issuer, disabledAt: null }, orderBy: { name: 'asc' } })
  return rows.map(offered)
}

/** What is judged of a trust: all that decides whom it lets in. */
export const offered = (row: CiTrust): OfferedTrust => ({
  id: row.id,
  name: row.name,
  issuer: row.issuer,
  audience: row.audience,
  claims: policyOf(row),
  keys: keysOf(row),
})
