import type { ApplyFacts } from './facts.ts'
import type { Standing } from './standing.ts'
import type { ApplyState } from './states.ts'
import { agree, capitalised, inWords, lasting, shortSha, tenants } from './words.ts'

export const holdKinds = [
  'approval',
  'lane',
  'canary',
  'soak',
  'pause',
  'halt',
  'retry_backoff',
  'stopping',
  'newer_took_over',
  'worker_silent',
  'queued',
  'empty',
  'unreadable',
] as const
export type HoldKind = (typeof holdKinds)[number]

/** One reason why something waits. Held is not failed. */
export interface Hold {
  kind: HoldKind
  text: string
  /** when it ends by itself; null when that is not known */
  until: Date | null
  /** what it waits behind: the id of an apply or the slug of a tenant */
  by: string | null
  /** a person is needed */
  person: boolean
}

function hold(kind: HoldKind, text: string, more: Partial<Omit<Hold, 'kind' | 'text'>> = {}): Hold {
  return { kind, text, until: null, by: null, person: false, ...more }
}

const waiting = (count: number) => `${capitalised(tenants(count))} ${agree(count, 'waits', 'wait')}`

/** How a sentence names the apply that holds the lane. */
export const applyStateWords = {
  pending: 'ready to start',
  awaiting_approval: 'waiting for approval',
  running: 'running',
  running_degraded: 'running with failures',
  paused: 'paused',
  completed: 'completed',
  completed_with_stragglers: 'completed with stragglers',
  failed: 'failed',
  stopped: 'stopped',
  cancelled: 'cancelled',
  rolled_back: 'rolled back',
  rejected: 'rejected',
  superseded: 'superseded',
} as const satisfies Record<ApplyState, string>

export function approvalHold(): Hold {
  return hold('approval', 'Waiting for approval.', { person: true })
}

export function emptyHold(): Hold {
  return hold('empty', 'The apply has no operations, so there is nothing to prove.', { person: true })
}

export function unreadableHold(text: string): Hold {
  return hold('unreadable', text, { person: true })
}

export function laneHold({ applyId, sha, state }: NonNullable<ApplyFacts['laneHeldBy']>): Hold {
  const standing = state === 'failed' ? 'failed, with tenants still in progress' : applyStateWords[state]
  return hold('lane', `Waiting behind the apply of ${shortSha(sha)}, which is ${standing}.`, { by: applyId })
}

export function stoppingHold({ cancelRequestedAt }: ApplyFacts, { operations, inFlight }: Standing): Hold {
  const verb = cancelRequestedAt === null ? 'Stopping' : 'Cancelling'
  const moving = inFlight - operations.counts.failed_retryable
  return hold(
    'stopping',
    moving > 0
      ? `${verb}: ${tenants(moving)} ${agree(moving, 'is', 'are')} still in progress.`
      : `${verb}: what has not started is taken out of line.`,
  )
}

export function newerHold({ newerTookOver, supersededBy }: ApplyFacts): Hold {
  const newer = newerTookOver === null ? 'A newer apply' : `The newer build ${shortSha(newerTookOver.sha)}`
  return hold('newer_took_over', `${newer} took over, so nothing else starts here.`, {
    by: newerTookOver?.applyId ?? supersededBy,
  })
}

/** What a failure did, named by its first tenant. */
function becauseOfFailure({ firstFailure }: ApplyFacts, failed: number): string {
  if (failed === 0) return 'the state of the others cannot be read'
  if (firstFailure === null) return `${tenants(failed)} failed`
  return failed > 1 ? `${firstFailure.slug} and ${inWords(failed - 1)} more failed` : `${firstFailure.slug} failed`
}

export function haltHold(facts: ApplyFacts, { operations: { counts } }: Standing): Hold {
  const { pending, failed } = counts
  return hold(
    'halt',
    `${capitalised(tenants(pending))} ${agree(pending, 'was', 'were')} not started because ${becauseOfFailure(facts, failed)}.`,
    { by: facts.firstFailure?.slug ?? null, person: true },
  )
}

export function pauseHold(facts: ApplyFacts, { operations: { counts }, inFlight }: Standing): Hold {
  const failure = becauseOfFailure(facts, counts.failed)
  const text =
    counts.pending > 0
      ? `${waiting(counts.pending)} because ${failure}.`
      : `Paused because ${failure}; ${tenants(inFlight)} ${agree(inFlight, 'is', 'are')} still in progress.`
  return hold('pause', text, { by: facts.firstFailure?.slug ?? null, person: true })
}

export function canaryHold(slug: string, { operations: { counts } }: Standing): Hold {
  return hold('canary', `${waiting(counts.pending)} for the canary ${slug}.`, { by: slug })
}

export function canaryUnprovenHold(slug: string): Hold {
  return hold('canary', `The canary ${slug} did not prove this build, so nothing else starts.`, {
    by: slug,
    person: true,
  })
}

export function soakHold(slug: string, soakSeconds: number, until: Date | null): Hold {
  const length = lasting(soakSeconds * 1000)
  return until === null
    ? hold('soak', `The canary ${slug} must soak for ${length}, but when it finished is not known.`, {
        by: slug,
        person: true,
      })
    : hold('soak', `The canary ${slug} soaks for ${length} before the others start.`, { by: slug, until })
}

export function queuedHold({ operations: { counts }, inFlight }: Standing, batchSize: number): Hold {
  return hold(
    'queued',
    `${waiting(counts.pending)} for a free place: ${inWords(inFlight)} of ${inWords(batchSize)} ${agree(batchSize, 'is', 'are')} taken.`,
  )
}

export function retryHold({ nextRetryAt }: ApplyFacts, { operations: { counts } }: Standing): Hold {
  const count = counts.failed_retryable
  const text = `${capitalised(tenants(count))} will be tried again.`
  return nextRetryAt === null
    ? hold('retry_backoff', `${capitalised(tenants(count))} should be tried again, but when is not known.`, {
        person: true,
      })
    : hold('retry_backoff', text, { until: nextRetryAt })
}

export function workerSilentHold(since: Date, now: Date): Hold {
  const silence = lasting(now.getTime() - since.getTime())
  return hold('worker_silent', `No worker has been heard from for ${silence}.`, { person: true })
}
