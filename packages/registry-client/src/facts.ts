import type { Exchange as AnyExchange, TransportCode as AnyTransportCode } from '@rollcall/outbound'

/** Where images live. `url` is an origin; credentials are only ever sent there and to realms that are allowed for it. */
export interface Registry {
  url: string
  credentials?: Credentials
}

/** `token` is sent as it is, as a bearer token; a name and password answer a basic or a bearer challenge. */
export type Credentials = { username: string; password: string } | { token: string }

/**
 * Why a question has no good answer.
 * - `absent`: there is no such manifest, tag, blob or repository.
 * - `unauthorized`: the registry or its token server does not accept the credentials, or wants some.
 * - `realm_not_allowed`: the registry sends us for a token to a host that is not on the list. Nothing was sent there.
 * - `denied`: the credentials are known and not enough.
 * - `refused`: it understood and declined.
 * - `unsupported`: this registry cannot do that.
 * - `throttled`: too many requests, and the pause it wants is longer than we wait. It has not acted.
 * - `transient`: 5xx, the registry's or an edge's in its place.
 * - `unknown`: the question may have arrived, no complete answer did.
 * - `not_connected`: nothing was sent.
 * - `protocol_error`: something answered outside the contract.
 * - `mismatch`: a digest is not the one it has to be.
 */
export type FailureOutcome =
  | 'absent'
  | 'unauthorized'
  | 'realm_not_allowed'
  | 'denied'
  | 'refused'
  | 'unsupported'
  | 'throttled'
  | 'transient'
  | 'unknown'
  | 'not_connected'
  | 'protocol_error'
  | 'mismatch'

/** What the caller owes the registry after an answer: nothing, read it, or read it before asking again. */
export type Owes = 'look' | 'nothing' | 'look_before_retry'

/** `paused`: not asked, because its host wants to be left alone for longer than we wait. */
export type TransportCode = AnyTransportCode | 'paused'

/** Why no complete HTTP answer exists. `message` is redacted and cut. */
export interface TransportFault {
  code: TransportCode
  message: string
}

/** One question and what came of it. */
export interface Exchange extends Omit<AnyExchange, 'fault'> {
  fault: TransportFault | null
  /** How long its host wants to be left alone, in milliseconds; null when it did not say. */
  pauseMs: number | null
}

export interface Failure {
  outcome: FailureOutcome
  retryable: boolean
  /** Always `nothing` for a question that changes nothing. */
  owes: Owes
  /** The registry's own code, such as MANIFEST_UNKNOWN; null when it named none that the contract knows. */
  code: string | null
  httpStatus: number | null
  transport: TransportFault | null
  /** How long the registry wants to be left alone, in milliseconds; null when it did not say. */
  retryAfterMs: number | null
  /** One sentence, redacted, at most 500 characters. */
  message: string
}

/** What a call cost: requests of every kind, also those to a token server, and the time from call to answer. */
export interface Cost {
  requests: number
  latencyMs: number
}

export type Result<T> = ({ outcome: 'ok' } & T) | Failure
export type Answer<T> = Result<T> & Cost

/** One manifest as the registry holds it: the very bytes, what they are, and the digest that we computed over them. */
export interface Manifest {
  bytes: Buffer
  mediaType: string
  digest: string
}

/** What a HEAD says of a manifest. It is a claim: only a GET brings bytes to compute a digest over. */
export interface ManifestHead {
  digest: string
  mediaType: string
  /** In bytes; null when the registry does not say. */
  size: number | null
}

export interface Ask {
  /** For each request, from sending it to the last byte of its answer, in milliseconds. Default 30,000. */
  timeoutMs?: number
  signal?: AbortSignal
}
