import { aggregateChildren } from '../aggregate.ts'
import type { RolloutChild } from '../derive.ts'
import type { AdvanceFacts, ApplyFacts } from '../facts.ts'
import type { Reading, UnreachableReason } from '../freshness.ts'
import type { PlanInput, PlanTarget } from '../plan.ts'
import type { OperationState } from '../states.ts'

/** A full sha that reads well in a failure: the same digit or letter forty times, or the text padded with zeros. */
export function sha(start: string): string {
  return start.length === 1 ? start.repeat(40) : start.padEnd(40, '0')
}

/** One operation as the rollout rule sees it. */
export function child(state: string, overrides: Partial<RolloutChild> = {}): RolloutChild {
  return { state, onFailure: 'halt', released: false, canary: false, ...overrides }
}

/** Children of the given states, all under the same policy. */
export function children(states: readonly string[], overrides: Partial<RolloutChild> = {}): RolloutChild[] {
  return states.map((state) => child(state, overrides))
}

/** An apply that needs no approval and waits to start on three targets; override what the test is about. */
export function facts(overrides: Partial<ApplyFacts> = {}): ApplyFacts {
  return {
    onFailure: 'halt',
    maxStragglers: 0,
    batchSize: 3,
    soakSeconds: 0,
    requiresApproval: false,
    approvedAt: null,
    rejectedAt: null,
    supersededAt: null,
    supersededBy: null,
    startedAt: null,
    releasedAt: null,
    stopRequestedAt: null,
    cancelRequestedAt: null,
    laneHeldBy: null,
    newerTookOver: null,
    workerSilentSince: null,
    operations: aggregateChildren(children(['pending', 'pending', 'pending'])),
    onNewBuild: 0,
    canary: null,
    firstFailure: null,
    nextRetryAt: null,
    sha: sha('b'),
    environment: 'staging',
    component: 'workspace-server',
    ...overrides,
  }
}

/** Facts whose aggregate, first failure and count of proven targets come from the given states, in rollout order. */
export function factsOf(states: readonly OperationState[], overrides: Partial<ApplyFacts> = {}): ApplyFacts {
  const onFailure = overrides.onFailure ?? 'halt'
  const released = (overrides.releasedAt ?? null) !== null
  const failedAt = states.indexOf('failed')
  return facts({
    startedAt: states.some((state) => state !== 'pending' && state !== 'skipped')
      ? new Date('2026-03-01T12:00:00Z')
      : null,
    operations: aggregateChildren(children(states, { onFailure, released })),
    onNewBuild: states.filter((state) => state === 'completed').length,
    firstFailure:
      failedAt < 0
        ? null
        : {
            operationId: `op-${failedAt}`,
            slug: `tenant-${failedAt}`,
            reason: 'stale',
            detail: '',
            observedSha: sha('a'),
          },
    ...overrides,
  })
}

/** Facts for `advanceApply`, with the next pending operations taken from the states. */
export function advanceFactsOf(states: readonly OperationState[], overrides: Partial<AdvanceFacts> = {}): AdvanceFacts {
  const base = factsOf(states, overrides)
  const pending = states.flatMap((state, position) =>
    state === 'pending'
      ? [{ id: `op-${position}`, slug: `tenant-${position}`, canary: base.canary?.slug === `tenant-${position}` }]
      : [],
  )
  return { ...base, nextPending: pending.slice(0, base.batchSize), dueRetries: [], ...overrides }
}

/** A target that the control plane named and that runs an older build. */
export function planTarget(slug: string, overrides: Partial<PlanTarget> = {}): PlanTarget {
  return { id: `id-${slug}`, slug, enumerated: true, observedSha: sha('a'), ...overrides }
}

/** A plan that moves a fleet of four forward, three at a time. */
export function planInput(overrides: Partial<PlanInput> = {}): PlanInput {
  return {
    sha: sha('f'),
    fleet: ['a', 'b', 'c', 'd'].map((slug) => planTarget(slug)),
    selection: null,
    canary: null,
    batchSize: 3,
    soakSeconds: 60,
    onFailure: 'halt',
    maxStragglers: 0,
    requiresApproval: false,
    orderOf: () => 'newer',
    allowDowngrade: false,
    allowUnknownOrder: false,
    ...overrides,
  }
}

/** A reading that answered with a sha just now. */
export function shaReading(seen: string, at: Date): Reading {
  return { kind: 'sha', sha: seen, at, latencyMs: 12, httpStatus: 200, detail: null }
}

/** A reading without an answer. */
export function silentReading(at: Date, reason: UnreachableReason = 'timeout_read'): Reading {
  return { kind: 'unreachable', reason, at, latencyMs: null, httpStatus: null, detail: null }
}
