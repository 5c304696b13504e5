import { type Answer, type ApplyVerb, applyActions, operationActions } from '../actions.ts'
import { type Advance, advanceApply } from '../advance.ts'
import { aggregateChildren } from '../aggregate.ts'
import type { RolloutChild } from '../derive.ts'
import type { AdvanceFacts, ApplyFacts } from '../facts.ts'
import { type ApplyProjection, projectApply } from '../project.ts'
import { nextRetry } from '../retry.ts'
import { type OperationState, operationStateFacts } from '../states.ts'
import { facts } from './builders.ts'

/** What an attempt in the simulated world ends with. `transient` is tried again while attempts last. */
export type SimulatedOutcome = 'completed' | 'failed' | 'transient' | 'rolled_back' | 'stopped'

export interface SimulatedOperation {
  id: string
  slug: string
  state: OperationState
  canary: boolean
  attempts: number
  retryAt: Date | null
  completedAt: Date | null
}

export interface SimulationOptions {
  targets: number
  /** the first target is a canary */
  canary?: boolean
  onFailure?: string
  maxStragglers?: number
  batchSize?: number
  soakSeconds?: number
  requiresApproval?: boolean
  maxAttempts?: number
  backoffSeconds?: number
  /** the outcome of one attempt; `attempt` counts from 1. Everything completes when absent */
  outcome?: (position: number, attempt: number) => SimulatedOutcome
  /** called with what every activation saw and answered, before it is carried out */
  onActivation?: (seen: { facts: AdvanceFacts; advance: Advance; projection: ApplyProjection; now: Date }) => void
}

/**
 * One apply in a world without network and with a clock that only moves when told: starts what the core says, lets
 * attempts end, obeys commands that the core allows.
 */
export function simulateApply(options: SimulationOptions) {
  const { targets, canary = false, maxAttempts = 3, backoffSeconds = 5, outcome = () => 'completed' } = options
  const operations = Array.from(
    { length: targets },
    (_, position): SimulatedOperation => ({
      id: `op-${position}`,
      slug: `tenant-${position}`,
      state: 'pending',
      canary: canary && position === 0,
      attempts: 0,
      retryAt: null,
      completedAt: null,
    }),
  )
  let now = new Date('2026-03-01T12:00:00Z')
  let known: Partial<ApplyFacts> = {}
  const { onFailure = 'halt', maxStragglers = 0, batchSize = 3, soakSeconds = 0, requiresApproval = false } = options
  const policy = { onFailure, maxStragglers, batchSize, soakSeconds, requiresApproval }

  const childOf = ({ state, canary: isCanary }: SimulatedOperation): RolloutChild => ({
    state,
    onFailure,
    released: (known.releasedAt ?? null) !== null,
    canary: isCanary,
  })

  function currentFacts(): AdvanceFacts {
    const failed = operations.find(({ state }) => state === 'failed')
    const first = operations[0]
    const waiting = operations.flatMap(({ id, slug, state, retryAt }) =>
      state === 'failed_retryable' && retryAt !== null ? [{ id, slug, retryAt }] : [],
    )
    const retryTimes = waiting.map(({ retryAt }) => retryAt.getTime())
    return {
      ...facts(policy),
      operations: aggregateChildren(operations.map(childOf)),
      onNewBuild: operations.filter(({ state }) => state === 'completed').length,
      canary: first?.canary ? { slug: first.slug, state: first.state, completedAt: first.completedAt } : null,
      firstFailure: failed
        ? { operationId: failed.id, slug: failed.slug, reason: 'stale', detail: '', observedSha: null }
        : null,
      nextRetryAt: retryTimes.length === 0 ? null : new Date(Math.min(...retryTimes)),
      nextPending: operations.filter(({ state }) => state === 'pending').slice(0, batchSize),
      dueRetries: waiting.filter(({ retryAt }) => retryAt <= now),
      ...known,
    }
  }

  /** One activation: asks the core and carries the answer out. */
  function activate(): Advance {
    const seen = currentFacts()
    const advance = advanceApply(seen, now)
    options.onActivation?.({ facts: seen, advance, projection: projectApply(seen, now), now })
    if (advance.begin) known = { ...known, startedAt: now }
    for (const operation of operations) {
      if (advance.start.includes(operation.id)) {
        operation.state = 'running'
        operation.attempts += 1
        operation.retryAt = null
      } else if (advance.sweep !== null && (operation.state === 'pending' || operation.state === 'failed_retryable')) {
        operation.state = advance.sweep === 'stop' ? 'stopped' : 'cancelled'
        operation.retryAt = null
      }
    }
    return advance
  }

  /** Lets the attempt of one running operation end, by default with what `outcome` says. */
  function finish(position: number, forced?: SimulatedOutcome): void {
    const operation = operations[position]
    if (operation?.state !== 'running') throw new Error(`Operation ${position} is not running.`)
    const result = forced ?? outcome(position, operation.attempts)
    if (result === 'transient') {
      const next = nextRetry(operation.attempts, maxAttempts, 'transient', now, backoffSeconds)
      operation.state = next.retry ? 'failed_retryable' : 'failed'
      operation.retryAt = next.retry ? next.at : null
      return
    }
    operation.state = result
    if (operationStateFacts[result].terminal) operation.completedAt = now
  }

  function retryOperation(position: number): Answer {
    const operation = operations[position]
    if (operation === undefined) throw new Error(`There is no operation ${position}.`)
    const { retry } = operationActions({ ...operation, reason: null }, currentFacts(), now)
    if (retry.allowed) putBack(operation)
    return retry
  }

  function putBack(operation: SimulatedOperation): void {
    operation.state = 'pending'
    operation.attempts = 0
    operation.completedAt = null
  }

  const effects: Record<ApplyVerb, () => void> = {
    approve: () => set({ approvedAt: now }),
    reject: () => set({ rejectedAt: now }),
    release: () => set({ releasedAt: now }),
    stop: () => set({ stopRequestedAt: now }),
    cancel: () => set({ cancelRequestedAt: now }),
    retry: () => operations.filter(({ state }) => state === 'failed').forEach(putBack),
  }

  /** Asks for a verb; what is refused changes nothing. */
  function command(verb: ApplyVerb): Answer {
    const answer = applyActions(currentFacts(), now)[verb]
    if (answer.allowed) effects[verb]()
    return answer
  }

  /** Changes what is known about the world around the apply, such as who holds the lane. */
  function set(changes: Partial<ApplyFacts>): void {
    known = { ...known, ...changes }
  }

  /**
   * Activates, lets attempts end one by one and moves the clock to the next wake-up, until nothing is left to happen by
   * itself. `pick` chooses which of the running operations ends next; the first when absent.
   */
  function runUntilQuiet(pick: (running: readonly number[]) => number = () => 0): Advance {
    for (let step = 0; step < 200 + targets * 40; step += 1) {
      const advance = activate()
      const running = operations.flatMap(({ state }, position) => (state === 'running' ? [position] : []))
      const next = running[pick(running) % Math.max(1, running.length)]
      if (next !== undefined) finish(next)
      else if (advance.wakeAt !== null) now = advance.wakeAt
      else if (advance.start.length === 0 && advance.sweep === null) return advance
    }
    throw new Error('The simulated apply never came to rest.')
  }

  return {
    operations: operations as readonly Readonly<SimulatedOperation>[],
    facts: currentFacts,
    project: () => projectApply(currentFacts(), now),
    activate,
    finish,
    retryOperation,
    command,
    set,
    runUntilQuiet,
    states: () => operations.map(({ state }) => state),
    now: () => now,
    wait: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000)
    },
  }
}
