import type { Capability } from '@rollcall/rollout'

/** live: it lets somebody in · ownerless: whose it is may no longer come in · untrusted: its trust is disabled */
export type TokenState = 'live' | 'expired' | 'revoked' | 'ownerless' | 'untrusted'

/** An API token as it is told: never the token, nor its hash. */
export interface TokenView {
  id: string
  name: string
  /** its beginning, to recognise it by */
  prefix: string
  state: TokenState
  /** null: made with the operator token, or by a pipeline */
  owner: { id: string; name: string } | null
  /** whoever asks is the owner, or this token itself */
  yours: boolean
  capabilities: Capability[]
  /** those that the one who asks may see, and in how many others it is held */
  environments: 'everywhere' | string[]
  elsewhere: number
  /** of these, what its owner or its trust does not have anywhere any more: the token does not either */
  lost: Capability[]
  expiresAt: string
  lastUsedAt: string | null
  createdAt: string
  createdBy: string
  revokedAt: string | null
  revokedBy: string | null
  /** exchanged by a pipeline: under which trust, and what its issuer said of it */
  pipeline: { trustId: string; trust: string; claims: Record<string, string> } | null
}

/** The one answer that has the token itself. */
export interface NewTokenView extends TokenView {
  token: string
}
