import type { ApplyFacts } from './facts.ts'
import {
  approvalHold,
  canaryHold,
  canaryUnprovenHold,
  emptyHold,
  type Hold,
  haltHold,
  laneHold,
  newerHold,
  pauseHold,
  queuedHold,
  retryHold,
  soakHold,
  stoppingHold,
  unreadableHold,
  workerSilentHold,
} from './holds.ts'
import type { Standing } from './standing.ts'
import { agree, capitalised, tenants } from './words.ts'

/**
 * What may start now and what keeps the rest waiting. The worker starts by it and the screen explains by it, so a screen
 * cannot promise what the worker will not do.
 */
export interface Gate {
  rule: GateRule
  /** which pending operations may start: none, the canary alone, or the next ones in line */
  opens: 'nothing' | 'canary' | 'next'
  /** how many may start */
  room: number
  /** retries whose time has come may start */
  retries: boolean
  /** what becomes of operations that wait to start or to be tried again */
  sweep: 'stop' | 'cancel' | null
  holds: Hold[]
}

type Opening = Partial<Omit<Gate, 'rule' | 'holds'>> & { holds?: Hold[] }

interface GateRow {
  rule: string
  when: (facts: ApplyFacts, standing: Standing, now: Date) => boolean
  gate: (facts: ApplyFacts, standing: Standing, now: Date) => Opening
}

const gateRules = [
  {
    rule: 'ended_before_start',
    when: (_, { projectedBy }) =>
      projectedBy === 'rejected' ||
      projectedBy === 'superseded_before_start' ||
      projectedBy === 'cancelled_before_start' ||
      projectedBy === 'stopped_before_start',
    gate: (_, { projectedBy }) => ({ sweep: projectedBy === 'stopped_before_start' ? 'stop' : 'cancel' }),
  },
  {
    rule: 'cancel_requested',
    when: ({ cancelRequestedAt }) => cancelRequestedAt !== null,
    gate: (facts, standing) => ({ sweep: 'cancel', holds: standing.settled ? [] : [stoppingHold(facts, standing)] }),
  },
  {
    rule: 'stop_requested',
    when: ({ stopRequestedAt }) => stopRequestedAt !== null,
    gate: (facts, standing) => ({ sweep: 'stop', holds: standing.settled ? [] : [stoppingHold(facts, standing)] }),
  },
  {
    // Never backward: once a newer build has moved in, what has not started stays where it is.
    rule: 'newer_took_over',
    when: (_, { overtaken }) => overtaken,
    gate: (facts, standing) => ({ sweep: 'cancel', holds: standing.settled ? [] : [newerHold(facts)] }),
  },
  { rule: 'approval_missing', when: isUnapproved, gate: () => ({ holds: [approvalHold()] }) },
  { rule: 'no_operations', when: (_, { total }) => total === 0, gate: () => ({ holds: [emptyHold()] }) },
  {
    rule: 'verdict_fallen',
    when: (_, { terminal }) => terminal,
    gate: (facts, standing) => ({
      retries: facts.laneHeldBy === null,
      holds: pendingOf(standing) > 0 ? [haltHold(facts, standing)] : [],
    }),
  },
  {
    rule: 'lane_taken',
    when: ({ laneHeldBy }) => laneHeldBy !== null,
    gate: ({ laneHeldBy }) => ({ holds: laneHeldBy === null ? [] : [laneHold(laneHeldBy)] }),
  },
  {
    rule: 'paused',
    when: (_, { state }) => state === 'paused',
    gate: (facts, standing) => ({ retries: true, holds: [pauseHold(facts, standing)] }),
  },
  { rule: 'nothing_pending', when: (_, standing) => pendingOf(standing) === 0, gate: () => ({ retries: true }) },
  {
    rule: 'canary_first',
    when: ({ canary }) => canary?.state === 'pending',
    gate: (facts, standing) => openFor('canary', facts, standing),
  },
  {
    rule: 'canary_in_flight',
    when: ({ canary }) => canary?.state === 'running' || canary?.state === 'failed_retryable',
    gate: ({ canary }, standing) => ({ retries: true, holds: [canaryHold(canary?.slug ?? '', standing)] }),
  },
  {
    // Failed and gone on is the policy's or a person's decision, skipped is a person's; the rest proved nothing.
    rule: 'canary_unproven',
    when: ({ canary }) => canary !== null && !['completed', 'failed', 'skipped'].includes(canary.state),
    gate: ({ canary }) => ({ retries: true, holds: [canaryUnprovenHold(canary?.slug ?? '')] }),
  },
  {
    rule: 'soaking',
    when: (facts, _, now) => facts.canary?.state === 'completed' && isSoaking(facts, now),
    gate: (facts) => ({
      retries: true,
      holds: [soakHold(facts.canary?.slug ?? '', facts.soakSeconds, soakEndsAt(facts))],
    }),
  },
  { rule: 'open', when: () => true, gate: (facts, standing) => openFor('next', facts, standing) },
] as const satisfies readonly GateRow[]
export type GateRule = (typeof gateRules)[number]['rule']
export const gatePrecedence: readonly GateRule[] = gateRules.map(({ rule }) => rule)

export function gateOf(facts: ApplyFacts, standing: Standing, now: Date): Gate {
  const row = gateRules.find(({ when }) => when(facts, standing, now)) as GateRow & { rule: GateRule }
  const opening = row.gate(facts, standing, now)
  const { opens = 'nothing', room = 0, retries = false, sweep = null, holds = [] } = opening
  const swept = pendingOf(standing) + standing.operations.counts.failed_retryable > 0 ? sweep : null
  return {
    rule: row.rule,
    opens,
    room,
    retries,
    sweep: swept,
    holds: [...holds, ...alsoHeld(facts, standing, now, retries, holds)],
  }
}

/** Holds that come on top of whatever the deciding row says. */
function alsoHeld(facts: ApplyFacts, standing: Standing, now: Date, retries: boolean, holds: readonly Hold[]): Hold[] {
  const also: Hold[] = []
  const unknown = standing.operations.unknown ?? 0
  if (unknown > 0)
    also.push(
      unreadableHold(`${capitalised(tenants(unknown))} ${agree(unknown, 'is', 'are')} in a state that is not known.`),
    )
  const isBackedOff = facts.nextRetryAt === null || facts.nextRetryAt.getTime() > now.getTime()
  if (retries && standing.operations.counts.failed_retryable > 0 && isBackedOff) also.push(retryHold(facts, standing))
  // While a person is awaited and nothing moves, a silent worker changes nothing.
  const needsWorker = !standing.settled && (standing.inFlight > 0 || !holds.some(({ person }) => person))
  if (facts.workerSilentSince !== null && needsWorker) also.push(workerSilentHold(facts.workerSilentSince, now))
  return also
}

/** A sliding window: as many in flight as the batch size says, with retries keeping their place. */
function openFor(opens: 'canary' | 'next', facts: ApplyFacts, standing: Standing): Opening {
  const places = Number.isSafeInteger(facts.batchSize) && facts.batchSize > 0 ? facts.batchSize : 1
  const room = Math.max(0, places - standing.inFlight)
  if (room === 0) return { retries: true, holds: [queuedHold(standing, places)] }
  return { opens, room: opens === 'canary' ? 1 : room, retries: true }
}

function isUnapproved(_: ApplyFacts, { approvalMissing, terminal }: Standing): boolean {
  return approvalMissing && !terminal
}

function pendingOf({ operations }: Standing): number {
  return operations.counts.pending
}

function soakEndsAt({ canary, soakSeconds }: ApplyFacts): Date | null {
  if (canary === null || canary.completedAt === null) return null
  const endsAt = canary.completedAt.getTime() + soakSeconds * 1000
  return Number.isNaN(endsAt) ? null : new Date(endsAt)
}

function isSoaking(facts: ApplyFacts, now: Date): boolean {
  if (facts.soakSeconds === 0) return false
  const endsAt = soakEndsAt(facts)
  return endsAt === null || endsAt.getTime() > now.getTime()
}
