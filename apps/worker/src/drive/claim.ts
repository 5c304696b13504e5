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
}

export const reactions = {
  accepted: { look: 'prove', reason: null },
  partial: { look: 'once', reason: 'row_missing' },
  failed: { look: 'once', reason: 'redeploy_failed' },
  refused: { look: 'once', reason: 'refused' },
  transient: { look: 'once', reason: 'transient' },
  not_connected: { look: 'once', reason: 'control_plane_unreachable' },
  unknown: { look: 'prove', reason: 'outcome_unknown' },
  protocol_error: { look: 'prove', reason: 'protocol_error' },
} satisfies Record<RedeployAnswer['outcome'], Reaction>

const outcomeWords = {
  accepted: 'Success',
  partial: 'no row',
  failed: 'failed',
  refused: 'refused',
  transient: 'temporary error',
  not_connected: 'not reached',
  unknown: 'no answer',
  protocol_error: 'not understood',
} satisfies Record<RedeployAnswer['outcome'], string>

/** The claim in a word or two: the control plane's own, where it gave one. */
export function claimWords(answer: RedeployAnswer): string {
  const row = answer.rows[0]
  if (row && (answer.outcome === 'accepted' || answer.outcome === 'failed'))
    return row.claim || outcomeWords[answer.outcome]
  return outcomeWords[answer.outcome]
}

/** The claim of a call whose driver went away before it was answered. */
export const lostClaim = 'no answer'

/** What a stored claim asks of the driver that takes over: an unknown outcome is read back, never repeated. */
export function reactionOf(claim: string | null): Reaction {
  const outcome = (Object.keys(outcomeWords) as RedeployAnswer['outcome'][]).find((key) => outcomeWords[key] === claim)
  if (outcome) return reactions[outcome]
  return claim === null ? reactions.unknown : reactions.accepted
}
