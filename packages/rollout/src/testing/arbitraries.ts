import fc from 'fast-check'
import { aggregateChildren } from '../aggregate.ts'
import type { RolloutChild } from '../derive.ts'
import type { AdvanceFacts } from '../facts.ts'
import { type Reading, type UnreachableReason, unreachableReasons } from '../freshness.ts'
import { failureReasons } from '../retry.ts'
import { applyStates, operationStates } from '../states.ts'
import { facts, sha } from './builders.ts'
import type { SimulatedOutcome, SimulationOptions } from './simulator.ts'

const noon = new Date('2026-03-01T12:00:00Z').getTime()

/** A moment within a few hours of noon on the first of March 2026. */
export const anyTime = fc.integer({ min: -7200, max: 7200 }).map((seconds) => new Date(noon + seconds * 1000))
const maybeTime = fc.option(anyTime, { nil: null, freq: 3 })

export const anyPolicy = fc.constantFrom('halt', 'pause', 'continue', 'bogus', '')
export const anyOperationState = fc.constantFrom(...operationStates)
export const anySha = fc.constantFrom('a', 'b', 'c', 'd').map(sha)

/** A child in any known state under any policy, known or not. */
export const anyChild: fc.Arbitrary<RolloutChild> = fc.record({
  state: anyOperationState,
  onFailure: anyPolicy,
  released: fc.boolean(),
  canary: fc.boolean(),
})

/** A child that may also be in a state nobody knows. */
export const anyStrangeChild: fc.Arbitrary<RolloutChild> = fc.record({
  state: fc.oneof(
    { weight: 4, arbitrary: anyOperationState },
    { weight: 1, arbitrary: fc.constantFrom('', 'COMPLETED', 'done', 'constructor') },
  ),
  onFailure: anyPolicy,
  released: fc.boolean(),
  canary: fc.boolean(),
})

export const anyChildren = fc.array(anyChild, { maxLength: 8 })

/** Facts that agree with themselves about their operations; everything else is drawn freely, however unlikely. */
export const anyAdvanceFacts: fc.Arbitrary<AdvanceFacts> = fc
  .record({
    states: fc.array(anyOperationState, { maxLength: 8 }),
    hasCanary: fc.boolean(),
    onFailure: anyPolicy,
    maxStragglers: fc.integer({ min: 0, max: 3 }),
    batchSize: fc.integer({ min: 1, max: 4 }),
    soakSeconds: fc.constantFrom(0, 60, 3600),
    requiresApproval: fc.boolean(),
    times: fc.record({
      approvedAt: maybeTime,
      rejectedAt: fc.option(anyTime, { nil: null, freq: 1 }),
      supersededAt: fc.option(anyTime, { nil: null, freq: 1 }),
      startedAt: maybeTime,
      releasedAt: maybeTime,
      stopRequestedAt: fc.option(anyTime, { nil: null, freq: 1 }),
      cancelRequestedAt: fc.option(anyTime, { nil: null, freq: 1 }),
      workerSilentSince: fc.option(anyTime, { nil: null, freq: 1 }),
    }),
    unproven: fc.nat({ max: 3 }),
    lane: fc.option(
      fc.record({ applyId: fc.constant('apply-2'), sha: anySha, state: fc.constantFrom(...applyStates) }),
      { nil: null, freq: 1 },
    ),
    newer: fc.option(fc.record({ applyId: fc.constant('apply-3'), sha: anySha }), { nil: null, freq: 1 }),
    retryAt: anyTime,
    completedAt: maybeTime,
    reason: fc.constantFrom(...Object.keys(failureReasons), 'bogus'),
  })
  .map(({ states, hasCanary, times, unproven, lane, newer, retryAt, completedAt, reason, ...policy }) => {
    const { onFailure } = policy
    const released = times.releasedAt !== null
    const children = states.map((state, position) => ({
      state,
      onFailure,
      released,
      canary: hasCanary && position === 0,
    }))
    const named = states.map((state, position) => ({
      state,
      id: `op-${position}`,
      slug: `tenant-${position}`,
      canary: hasCanary && position === 0,
    }))
    const failed = named.find(({ state }) => state === 'failed')
    const first = hasCanary ? named[0] : undefined
    const retrying = named.filter(({ state }) => state === 'failed_retryable')
    return {
      ...facts({ ...policy, ...times }),
      laneHeldBy: lane,
      newerTookOver: newer,
      operations: aggregateChildren(children),
      onNewBuild: Math.max(0, states.filter((state) => state === 'completed').length - unproven),
      canary: first ? { slug: first.slug, state: first.state, completedAt } : null,
      firstFailure: failed
        ? { operationId: failed.id, slug: failed.slug, reason, detail: '', observedSha: null }
        : null,
      nextRetryAt: retrying.length > 0 ? retryAt : null,
      nextPending: named.filter(({ state }) => state === 'pending').slice(0, policy.batchSize),
      dueRetries: retrying.map(({ id, slug }) => ({ id, slug, retryAt })),
    }
  })

export const anyReading: fc.Arbitrary<Reading> = fc
  .record({
    at: anyTime,
    kind: fc.constantFrom('sha', 'unstamped', 'wrong_service', 'unhealthy', 'unreachable'),
    sha: fc.oneof(anySha, fc.constantFrom('', 'dev', 'bbbbbbb')),
    reason: fc.constantFrom(...(Object.keys(unreachableReasons) as UnreachableReason[])),
  })
  .map(
    ({ at, kind, sha: seen, reason }) =>
      ({ at, kind, sha: seen, reason, latencyMs: null, httpStatus: null, detail: null }) as Reading,
  )

/** A whole apply for the simulator: policy, fleet and the outcome of every attempt. */
export const anySimulation: fc.Arbitrary<SimulationOptions> = fc
  .record({
    targets: fc.integer({ min: 1, max: 7 }),
    canary: fc.boolean(),
    onFailure: anyPolicy,
    maxStragglers: fc.integer({ min: 0, max: 2 }),
    batchSize: fc.integer({ min: 1, max: 3 }),
    soakSeconds: fc.constantFrom(0, 60),
    requiresApproval: fc.boolean(),
    maxAttempts: fc.integer({ min: 1, max: 3 }),
    outcomes: fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.constant<SimulatedOutcome>('completed') },
        { weight: 2, arbitrary: fc.constant<SimulatedOutcome>('failed') },
        { weight: 2, arbitrary: fc.constant<SimulatedOutcome>('transient') },
        { weight: 1, arbitrary: fc.constantFrom<SimulatedOutcome>('rolled_back', 'stopped') },
      ),
      { minLength: 1, maxLength: 12 },
    ),
  })
  .map(({ outcomes, ...options }) => ({
    ...options,
    outcome: (position: number, attempt: number) =>
      outcomes[(position * 3 + attempt - 1) % outcomes.length] ?? 'completed',
  }))
