import type { CheckState, ChecksOutcome, PromoteDecision } from '@rollcall/forge'
import type { Iso } from '../views.ts'

export interface CheckView {
  id: string
  sha: string
  context: string
  /** in the sender's own word */
  status: string
  /** what that means for a gate; `unknown` holds it */
  state: CheckState
  url: string | null
  repo: string | null
  reportedBy: string
  reportedAt: Iso
  /** the delivery that brought it */
  deliveryId: string | null
}

export interface ChecksView {
  sha: string
  /** the one that counts of each context, by context */
  items: CheckView[]
  /** when this was evaluated */
  asOf: Iso
}

export interface GateContext {
  context: string
  /** `missing`: nobody has reported on it */
  state: CheckState
  /** the sender's word; null when missing */
  said: string | null
  url: string | null
  at: Iso | null
}

export interface GateView {
  gate: string
  sha: string
  /**
   * pass · wait: one is missing or under way · hold: unreadable, or in a state that nobody knows · defer: cancelled or
   * skipped, waiting does not change it · fail · refused: nothing is required, and nothing passes nothing
   */
  outcome: ChecksOutcome
  /** waiting longer cannot make it pass */
  ended: boolean
  /** everything it asks for has succeeded. A suite that does not run for a commit lets it pass, but is not green */
  green: boolean
  /** those that are required, in the order required */
  contexts: GateContext[]
  suite: (GateContext & { decision: PromoteDecision }) | null
  /** one sentence for each thing that it asks for, the one that decided first */
  because: string[]
  /** when it was evaluated */
  at: Iso
}
