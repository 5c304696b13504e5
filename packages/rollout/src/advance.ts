import type { AdvanceFacts } from './facts.ts'
import { gateOf } from './gate.ts'
import { type Hold, unreadableHold } from './holds.ts'
import { standingOf } from './standing.ts'
import { capitalised, tenants } from './words.ts'

export interface Advance {
  /** take the lane and set startedAt; what is in `start` only counts if that succeeds */
  begin: boolean
  /** ids of operations to start: due retries first, then pending ones in rollout order */
  start: string[]
  /** what becomes of operations that wait to start or to be tried again */
  sweep: 'stop' | 'cancel' | null
  waits: Hold[]
  /** the earliest time at which waiting ends by itself; null when only an event can change the answer */
  wakeAt: Date | null
}

/**
 * What the worker does next for one apply. Asking twice with the same facts gives the same answer, so a lost, repeated
 * or reordered job is harmless. Whenever work is left and nothing is in flight, the answer starts something, sweeps
 * something or names what it waits for.
 */
export function advanceApply(facts: AdvanceFacts, now: Date): Advance {
  const standing = standingOf(facts)
  const gate = gateOf(facts, standing, now)
  const retries = gate.retries ? dueRetries(facts, now) : []
  const pending = gate.opens === 'nothing' ? [] : nextPending(facts, gate.opens).slice(0, gate.room)
  const waits = [...gate.holds]
  if (gate.opens !== 'nothing' && pending.length === 0) {
    const count = standing.operations.counts.pending
    waits.push(unreadableHold(`${capitalised(tenants(count))} should start next, but which is not known.`))
  }
  const { nextRetryAt } = facts
  if (gate.retries && nextRetryAt !== null && nextRetryAt.getTime() <= now.getTime() && retries.length === 0) {
    waits.push(unreadableHold('A tenant should be tried again now, but which is not known.'))
  }
  return {
    begin: facts.startedAt === null && pending.length > 0,
    start: [...retries, ...pending].map(({ id }) => id),
    sweep: gate.sweep,
    waits,
    wakeAt: earliest(waits, now),
  }
}

function dueRetries(facts: AdvanceFacts, now: Date) {
  return facts.dueRetries.filter(({ retryAt }) => retryAt.getTime() <= now.getTime())
}

function nextPending(facts: AdvanceFacts, opens: 'canary' | 'next') {
  return opens === 'canary' ? facts.nextPending.filter(({ canary }) => canary) : facts.nextPending
}

function earliest(waits: readonly Hold[], now: Date): Date | null {
  const times = waits.flatMap(({ until }) =>
    until !== null && until.getTime() > now.getTime() ? [until.getTime()] : [],
  )
  return times.length === 0 ? null : new Date(Math.min(...times))
}
