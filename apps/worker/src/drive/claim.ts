import type { RedeployAnswer } from '@rollcall/redeploy-client'
import type { FailureReason } from '@rollcall/rollout'

/**
 * What to do after a control plane's answer. `prove`: look until the tenant answers with the build or the time is up.
 * `once`: it says that it did not work, so one look decides. The reason stands if no look proves the build.
 */
export interface Reaction {
  look: 'prove' | 'once'
  /** null: name it after what the tenant answers in the end */
  reason: FailureReason | null
  /** nobody heard the control plane's own answer, so the call may still be going on there */
  unheard?: true | undefined
  /** who claimed success, where it was not the control plane */
  by?: string
}

type Heard = RedeployAnswer['outcome'] | 'gateway_timeout'

export const reactions = {
  accepted: { look: 'prove', reason: null },
  partial: { look: 'once', reason: 'row_missing' },
  failed: { look: 'once', reason: 'redeploy_failed' },
  refused: { look: 'once', reason: 'refused' },
  transient: { look: 'once', reason: 'transient' },
  // the edge gave up waiting, which says nothing about the control plane behind it
  gateway_timeout: { look: 'prove', reason: 'outcome_unknown', unheard: true },
  not_connected: { look: 'once', reason: 'control_plane_unreachable' },
  unknown: { look: 'prove', reason: 'outcome_unknown', unheard: true },
  protocol_error: { look: 'prove', reason: 'protocol_error' },
} satisfies Record<Heard, Reaction>

const heardWords = {
  accepted: 'Success',
  partial: 'no row',
  failed: 'failed',
  refused: 'refused',
  transient: 'temporary error',
  gateway_timeout: 'gateway timeout',
  not_connected: 'not reached',
  unknown: 'no answer',
  protocol_error: 'not understood',
} satisfies Record<Heard, string>

/** 504, and the one that a large edge has of its own. */
const gatewayTimeouts: readonly (number | null)[] = [504, 524]

function heard({ outcome, httpStatus }: RedeployAnswer): Heard {
  return outcome === 'transient' && gatewayTimeouts.includes(httpStatus) ? 'gateway_timeout' : outcome
}

export function reactionTo(answer: RedeployAnswer): Reaction {
  return reactions[heard(answer)]
}

/** The claim in a word or two: the control plane's own, where it gave one. */
export function claimWords(answer: RedeployAnswer): string {
  const own = answer.rows[0]?.claim || null
  if (own !== null && answer.outcome === 'accepted') return own
  if (own !== null && answer.outcome === 'failed') return `${heardWords.failed} (${own})`
  return heardWords[heard(answer)]
}

/** The claim of a call whose driver went away before it was answered. */
export const lostClaim = 'no answer'

/** What a stored claim asks of the driver that takes over: an unknown outcome is read back, never repeated. */
export function reactionOf(claim: string | null): Reaction {
  const known = (Object.keys(heardWords) as Heard[]).find((key) => claim?.replace(/ \(.*$/, '') === heardWords[key])
  if (known) return reactions[known]
  return claim === null ? reactions.unknown : reactions.accepted
}
