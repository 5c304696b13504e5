import type { Capability, CiForge } from '@rollcall/rollout'
import type { PinnedKeys } from './keys.ts'

/** Which pipelines may come in, and what that allows. */
export interface TrustView {
  id: string
  name: string
  issuer: string
  /** null: its address does not tell */
  forge: CiForge | null
  /** null: the base URL of this Rollcall */
  audience: string | null
  claims: Record<string, string>
  /** public keys given by hand, as a JWKS; null: they are asked of the issuer */
  keys: PinnedKeys | null
  capabilities: Capability[]
  /** those that the one who asks may see, and in how many others it is held */
  environments: 'everywhere' | string[]
  elsewhere: number
  minutes: number
  state: 'live' | 'disabled'
  createdAt: string
  createdBy: string
  /** when a pipeline last came in by it */
  lastUsedAt: string | null
}

/** What a pipeline is given for its proof. */
export interface ExchangedToken {
  token: string
  expiresInSeconds: number
  trust: string
  capabilities: Capability[]
  environments: 'everywhere' | string[]
}
