import type { Exchange as AnyExchange } from '@rollcall/outbound'

export type { TransportCode, TransportFault } from '@rollcall/outbound'

/** One question and what came of it, its body as text. */
export type Exchange = AnyExchange<string>

/** Where a fleet is driven from. `url` may carry a path prefix; the token is only ever sent to the origin of `url`. */
export interface ControlPlane {
  url: string
  token: string
}

/**
 * What an answer (or its absence) means for the one who asked.
 * - `accepted`: the control plane claims that every asked target was done. A claim, never proof.
 * - `partial`: it claims success but gave no row for some asked target.
 * - `failed`: it says that something went wrong; some targets may have moved.
 * - `refused`: it understood and declined; nothing moved.
 * - `transient`: an edge or an overloaded upstream answered in its place.
 * - `unknown`: the question may have arrived, no answer did.
 * - `not_connected`: nothing was sent.
 * - `protocol_error`: something answered outside the contract. To be read like `unknown`, never like success.
 */
export type Outcome =
  | 'accepted'
  | 'partial'
  | 'failed'
  | 'refused'
  | 'transient'
  | 'unknown'
  | 'not_connected'
  | 'protocol_error'

/** What the caller owes the fleet after an answer: read the targets, nothing, or read them before asking again. */
export type Owes = 'look' | 'nothing' | 'look_before_retry'
