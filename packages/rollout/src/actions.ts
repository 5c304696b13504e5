import type { ApplyFacts } from './facts.ts'
import { type FailureReason, failureReasons } from './retry.ts'
import { type Standing, standingOf } from './standing.ts'
import type { ApplyState, OperationState } from './states.ts'
import { agree, capitalised, inDigits, shortSha, tenants } from './words.ts'

/** What people can ask of an apply, in the order in which a screen offers it. */
export const applyVerbs = ['approve', 'release', 'retry', 'reject', 'stop', 'cancel'] as const
export type ApplyVerb = (typeof applyVerbs)[number]

export type Answer =
  | { allowed: true; label: string; count: number | null; asks: 'nothing' | 'confirmation' | 'reason' }
  | { allowed: false; label: string; why: string; unblock: string }

const labels = {
  approve: 'Approve',
  release: 'Release',
  retry: 'Retry',
  reject: 'Reject',
  stop: 'Stop',
  cancel: 'Cancel',
} as const satisfies Record<ApplyVerb, string>

const planAgain = 'Plan a new apply of the build you want.'

/** Why nothing can be asked of an apply whose verdict has fallen and where nothing moves any more. */
const endedSentences = {
  pending: null,
  awaiting_approval: null,
  running: null,
  running_degraded: null,
  paused: null,
  completed: 'This apply is completed.',
  completed_with_stragglers: 'This apply is completed, with stragglers.',
  failed: 'This apply has failed and nothing is in progress any more.',
  stopped: 'This apply was stopped.',
  cancelled: 'This apply was cancelled.',
  rolled_back: 'This apply was rolled back.',
  rejected: 'This apply was rejected.',
  superseded: 'This apply was superseded by a newer one before it started.',
} as const satisfies Record<ApplyState, string | null>

/** The verdicts that no retry reopens. */
const neverRevived = {
  pending: false,
  awaiting_approval: false,
  running: false,
  running_degraded: false,
  paused: false,
  completed: true,
  completed_with_stragglers: false,
  failed: false,
  stopped: true,
  cancelled: true,
  rolled_back: true,
  rejected: true,
  superseded: true,
} as const satisfies Record<ApplyState, boolean>

type Refused = { why: string; unblock: string } | null

/**
 * Which verbs live, with their labels, and for the others why not and what would make them possible. The button, its
 * tooltip and the server's refusal all come from here.
 */
export function applyActions(facts: ApplyFacts, _now: Date): Record<ApplyVerb, Answer> {
  const standing = standingOf(facts)
  const { pending, failed, failed_retryable: retrying } = standing.operations.counts
  const waiting = pending + retrying
  const withCount = (verb: ApplyVerb, count: number, what: string) =>
    count === 0 ? labels[verb] : `${labels[verb]} ${inDigits(count)} ${what}`
  return {
    approve: answer(
      'approve',
      refuseApproval(facts, standing),
      withCount('approve', pending, pending === 1 ? 'tenant' : 'tenants'),
      pending,
      'nothing',
    ),
    release: answer(
      'release',
      refuseRelease(facts, standing),
      withCount('release', pending, 'held'),
      pending,
      'nothing',
    ),
    retry: answer('retry', refuseRetry(facts, standing), withCount('retry', failed, 'failed'), failed, 'nothing'),
    reject: answer('reject', refuseApproval(facts, standing), labels.reject, null, 'reason'),
    stop: answer('stop', refuseStop(facts, standing), withCount('stop', waiting, 'waiting'), waiting, 'confirmation'),
    cancel: answer('cancel', refuseCancel(facts, standing), withCount('cancel', waiting, 'waiting'), waiting, 'reason'),
  }
}

/** The same for one operation. What refuses a retry of the apply refuses it here too. */
export function operationActions(
  operation: { state: OperationState; slug: string; reason: FailureReason | null },
  facts: ApplyFacts,
  _now: Date,
): { retry: Answer } {
  const refused = refuseOperationRetry(operation) ?? refuseRetry(facts, standingOf(facts))
  const label = `Retry ${operation.slug}`
  return {
    retry:
      refused === null ? { allowed: true, label, count: null, asks: 'nothing' } : { allowed: false, label, ...refused },
  }
}

function answer(
  verb: ApplyVerb,
  refused: Refused,
  label: string,
  count: number | null,
  asks: 'nothing' | 'confirmation' | 'reason',
): Answer {
  return refused === null ? { allowed: true, label, count, asks } : { allowed: false, label: labels[verb], ...refused }
}

function refuseApproval(facts: ApplyFacts, standing: Standing): Refused {
  const over = refuseEnded(standing)
  if (over !== null) return over
  if (standing.terminal) return { why: endedSentences[standing.state] ?? 'The verdict has fallen.', unblock: planAgain }
  if (standing.overtaken) return overtaken(facts)
  const ending = refuseEnding(facts)
  if (ending !== null) return ending
  if (!facts.requiresApproval) {
    return {
      why: 'This apply needs no approval.',
      unblock: 'Its policy would have to ask for approval when it is planned.',
    }
  }
  if (facts.approvedAt !== null) {
    return { why: 'This apply is approved already.', unblock: 'Stop or cancel it to take the approval back.' }
  }
  return null
}

function refuseRelease(facts: ApplyFacts, standing: Standing): Refused {
  const over = refuseEnded(standing)
  if (over !== null) return over
  if (standing.overtaken) return overtaken(facts)
  const ending = refuseEnding(facts)
  if (ending !== null) return ending
  if (facts.releasedAt !== null) {
    return {
      why: 'This apply is released already; failures no longer pause it.',
      unblock: 'Stop it if it should not go on.',
    }
  }
  if (standing.terminal) {
    return { why: 'This apply has failed: its policy lets nothing else start.', unblock: 'Retry the failed tenants.' }
  }
  if (standing.state !== 'paused' || standing.operations.counts.pending === 0) {
    return { why: 'Nothing is held behind a failure.', unblock: 'It becomes possible when a failure pauses the apply.' }
  }
  return null
}

function refuseRetry(facts: ApplyFacts, standing: Standing): Refused {
  const { counts } = standing.operations
  if (standing.overtaken && standing.state !== 'superseded') return overtaken(facts)
  if (neverRevived[standing.state]) {
    return { why: endedSentences[standing.state] ?? 'The verdict has fallen.', unblock: planAgain }
  }
  // A retried operation would be taken out of line again at once.
  const ending = refuseEnding(facts)
  if (ending !== null) {
    const over = facts.cancelRequestedAt === null ? endedSentences.stopped : endedSentences.cancelled
    return { why: standing.settled ? over : ending.why, unblock: planAgain }
  }
  if (counts.failed === 0) {
    return counts.failed_retryable > 0
      ? {
          why: `${capitalised(tenants(counts.failed_retryable))} ${agree(counts.failed_retryable, 'is', 'are')} tried again without your help.`,
          unblock: 'It becomes possible when the attempts are used up.',
        }
      : { why: 'No tenant has failed.', unblock: 'It becomes possible when a tenant has failed.' }
  }
  if (facts.laneHeldBy !== null) {
    return {
      why: `The apply of ${shortSha(facts.laneHeldBy.sha)} is using the lane.`,
      unblock: 'Wait until it is settled, or cancel it.',
    }
  }
  return null
}

function refuseStop(facts: ApplyFacts, standing: Standing): Refused {
  return refuseEnded(standing) ?? refuseEnding(facts)
}

/** A cancel may follow a stop: it is the stronger word. */
function refuseCancel(facts: ApplyFacts, standing: Standing): Refused {
  return refuseEnded(standing) ?? (facts.cancelRequestedAt === null ? null : refuseEnding(facts))
}

const operationRetrySentences = {
  pending: { why: 'This tenant has not been tried yet.', unblock: 'It becomes possible when the tenant has failed.' },
  running: { why: 'This tenant is in progress.', unblock: 'It becomes possible when the tenant has failed.' },
  completed: { why: 'This tenant is done.', unblock: planAgain },
  failed: null,
  failed_retryable: {
    why: 'This tenant is tried again without your help.',
    unblock: 'It becomes possible when the attempts are used up.',
  },
  stopped: { why: 'This tenant was stopped.', unblock: planAgain },
  cancelled: { why: 'This tenant was cancelled.', unblock: planAgain },
  rolled_back: { why: 'This tenant was rolled back.', unblock: planAgain },
  skipped: { why: 'This tenant was skipped by a person.', unblock: planAgain },
} as const satisfies Record<OperationState, Refused>

function refuseOperationRetry({ state, reason }: { state: OperationState; reason: FailureReason | null }): Refused {
  if (!Object.hasOwn(operationRetrySentences, state))
    return { why: 'The state of this tenant is not known.', unblock: planAgain }
  if (state === 'failed' && reason === 'newer_took_over') {
    return { why: failureReasons.newer_took_over.sentence, unblock: planAgain }
  }
  return operationRetrySentences[state]
}

function refuseEnded({ settled, state }: Standing): Refused {
  if (!settled) return null
  return { why: endedSentences[state] ?? 'The verdict has fallen.', unblock: planAgain }
}

function refuseEnding({ stopRequestedAt, cancelRequestedAt }: ApplyFacts): Refused {
  if (cancelRequestedAt !== null) {
    return { why: 'A cancel was requested already.', unblock: 'Wait until nothing is in progress any more.' }
  }
  if (stopRequestedAt !== null) {
    return { why: 'A stop was requested already.', unblock: 'Wait until nothing is in progress any more, or cancel.' }
  }
  return null
}

function overtaken({ newerTookOver }: ApplyFacts): { why: string; unblock: string } {
  const newer = newerTookOver === null ? 'A newer apply' : `The newer build ${shortSha(newerTookOver.sha)}`
  return { why: `${newer} took over.`, unblock: planAgain }
}
