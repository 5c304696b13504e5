import { describe, expect, test } from 'vitest'
import { type ApplyVerb, applyActions, operationActions } from './actions.ts'
import type { ApplyFacts } from './facts.ts'
import type { OperationState } from './states.ts'
import { factsOf, sha, simulateApply } from './testing/index.ts'

const now = new Date('2026-03-01T12:30:00Z')
const then = new Date('2026-03-01T12:00:00Z')
const ask = (verb: ApplyVerb, states: readonly OperationState[], overrides: Partial<ApplyFacts> = {}) =>
  applyActions(factsOf(states, overrides), now)[verb]
const planAgain = 'Plan a new apply of the build you want.'
const refused = (why: string, unblock = planAgain) => expect.objectContaining({ allowed: false, why, unblock })

describe('an approval', () => {
  const waiting: Partial<ApplyFacts> = { requiresApproval: true }
  test('is offered with the number of tenants, a rejection with a reason', () => {
    const states = ['pending', 'pending'] as const
    expect(ask('approve', states, waiting)).toEqual({
      allowed: true,
      label: 'Approve 2 tenants',
      count: 2,
      asks: 'nothing',
    })
    expect(ask('reject', states, waiting)).toEqual({ allowed: true, label: 'Reject', count: null, asks: 'reason' })
  })
  test('is refused where none is missing', () => {
    expect(ask('approve', ['pending'])).toMatchObject({
      allowed: false,
      label: 'Approve',
      why: 'This apply needs no approval.',
    })
    expect(ask('approve', ['pending'], { ...waiting, approvedAt: then })).toMatchObject({
      why: 'This apply is approved already.',
    })
    expect(ask('reject', ['pending'], { ...waiting, rejectedAt: then })).toEqual(refused('This apply was rejected.'))
    const newerTookOver = { applyId: 'apply-3', sha: sha('d') }
    expect(ask('approve', ['pending'], { ...waiting, newerTookOver })).toEqual(
      refused('The newer build ddddddd took over.'),
    )
  })
})

describe('a release', () => {
  const paused = ['failed', ...Array.from({ length: 14 }, () => 'pending' as const)] as const
  test('is offered with the number of tenants that it lets go', () => {
    expect(ask('release', paused, { onFailure: 'pause' })).toMatchObject({
      allowed: true,
      label: 'Release 14 held',
      count: 14,
    })
  })
  test('is a latch: it works once, and later failures no longer pause', () => {
    const world = simulateApply({ targets: 4, onFailure: 'pause', batchSize: 1, outcome: () => 'failed' })
    world.runUntilQuiet()
    expect(world.project().state).toBe('paused')
    expect(world.command('release').allowed).toBe(true)
    expect(world.command('release')).toMatchObject({
      allowed: false,
      why: 'This apply is released already; failures no longer pause it.',
    })
    world.runUntilQuiet()
    expect(world.states()).toEqual(['failed', 'failed', 'failed', 'failed'])
  })
  test('is refused where a failure holds nothing', () => {
    expect(ask('release', ['running', 'pending'])).toMatchObject({ why: 'Nothing is held behind a failure.' })
    expect(ask('release', ['failed', 'running'], { onFailure: 'pause' })).toMatchObject({ allowed: false })
    expect(ask('release', ['failed', 'running', 'pending'])).toEqual(
      refused('This apply has failed: its policy lets nothing else start.', 'Retry the failed tenants.'),
    )
    expect(ask('release', paused, { onFailure: 'pause', stopRequestedAt: then })).toMatchObject({
      why: 'A stop was requested already.',
    })
  })
})

describe('a retry', () => {
  test('is offered with the number of failures, also when the verdict has fallen', () => {
    expect(ask('retry', ['completed', 'failed', 'failed'])).toMatchObject({
      allowed: true,
      label: 'Retry 2 failed',
      count: 2,
    })
    expect(ask('retry', ['failed', 'pending'], { onFailure: 'pause' }).allowed).toBe(true)
    expect(ask('retry', ['completed', 'failed'], { maxStragglers: 1 }).allowed).toBe(true)
  })
  test('reopens a failed apply, which then runs to its end', () => {
    let broken = true
    const world = simulateApply({
      targets: 3,
      batchSize: 1,
      outcome: (position) => (broken && position === 1 ? 'failed' : 'completed'),
    })
    world.runUntilQuiet()
    expect(world.project()).toMatchObject({ state: 'failed', settled: true })
    expect(world.states()).toEqual(['completed', 'failed', 'pending'])
    broken = false
    expect(world.command('retry').allowed).toBe(true)
    expect(world.project().state).toBe('running')
    world.runUntilQuiet()
    expect(world.project()).toMatchObject({ state: 'completed', settled: true })
  })
  test('of one tenant leaves the other failures on record', () => {
    const world = simulateApply({
      targets: 3,
      onFailure: 'continue',
      outcome: (_, attempt) => (attempt > 0 ? 'failed' : 'completed'),
    })
    world.runUntilQuiet()
    expect(world.retryOperation(1).allowed).toBe(true)
    expect(world.states()).toEqual(['failed', 'pending', 'failed'])
    expect(world.project().state).toBe('running_degraded')
    expect(world.retryOperation(1)).toMatchObject({ allowed: false, why: 'This tenant has not been tried yet.' })
  })
  test('never revives what is over for good', () => {
    expect(ask('retry', ['completed'])).toEqual(refused('This apply is completed.'))
    expect(ask('retry', ['cancelled'])).toEqual(refused('This apply was cancelled.'))
    expect(ask('retry', ['rolled_back'])).toEqual(refused('This apply was rolled back.'))
    expect(ask('retry', ['pending'], { supersededAt: then })).toEqual(
      refused('This apply was superseded by a newer one before it started.'),
    )
    expect(ask('retry', ['failed', 'cancelled'], { cancelRequestedAt: then })).toEqual(
      refused('This apply was cancelled.'),
    )
    expect(ask('retry', ['failed', 'stopped'], { stopRequestedAt: then })).toEqual(refused('This apply was stopped.'))
  })
  test('waits for the lane and never goes backward', () => {
    const laneHeldBy = { applyId: 'apply-2', sha: sha('c'), state: 'running' } as const
    expect(ask('retry', ['failed'], { laneHeldBy })).toEqual(
      refused('The apply of ccccccc is using the lane.', 'Wait until it is settled, or cancel it.'),
    )
    expect(ask('retry', ['failed'], { newerTookOver: laneHeldBy })).toEqual(
      refused('The newer build ccccccc took over.'),
    )
  })
  test('needs a failure', () => {
    expect(ask('retry', ['running'])).toMatchObject({ why: 'No tenant has failed.' })
    expect(ask('retry', ['failed_retryable'])).toMatchObject({ why: 'One tenant is tried again without your help.' })
  })
  test('of one tenant is named after it and refused when a newer build is there', () => {
    const facts = factsOf(['failed'])
    expect(operationActions({ state: 'failed', slug: 'acme', reason: 'stale' }, facts, now).retry).toEqual({
      allowed: true,
      label: 'Retry acme',
      count: null,
      asks: 'nothing',
    })
    expect(operationActions({ state: 'failed', slug: 'acme', reason: 'newer_took_over' }, facts, now).retry).toEqual(
      refused('A newer build took over.'),
    )
    expect(operationActions({ state: 'bogus' as 'failed', slug: 'acme', reason: null }, facts, now).retry).toEqual(
      refused('The state of this tenant is not known.'),
    )
  })
})

describe('a stop and a cancel', () => {
  test('are offered until the apply is settled, also when the verdict has fallen', () => {
    expect(ask('stop', ['pending', 'pending'])).toEqual({
      allowed: true,
      label: 'Stop 2 waiting',
      count: 2,
      asks: 'confirmation',
    })
    expect(ask('cancel', ['pending'])).toMatchObject({ allowed: true, label: 'Cancel 1 waiting', asks: 'reason' })
    expect(ask('stop', ['failed', 'running'])).toMatchObject({ allowed: true, label: 'Stop' })
    expect(ask('stop', ['failed', 'pending'])).toEqual(
      refused('This apply has failed and nothing is in progress any more.'),
    )
  })
  test('are not asked twice, but a cancel may follow a stop', () => {
    const stopping: Partial<ApplyFacts> = { stopRequestedAt: then }
    expect(ask('stop', ['running'], stopping)).toMatchObject({ why: 'A stop was requested already.' })
    expect(ask('cancel', ['running'], stopping).allowed).toBe(true)
    expect(ask('cancel', ['running'], { cancelRequestedAt: then })).toMatchObject({
      why: 'A cancel was requested already.',
    })
    expect(ask('stop', ['running'], { cancelRequestedAt: then })).toMatchObject({
      why: 'A cancel was requested already.',
    })
  })
})

test('verbs are offered in the order of what a person most likely wants', () => {
  const offered = Object.entries(applyActions(factsOf(['failed', 'pending'], { onFailure: 'pause' }), now))
  expect(offered.filter(([, answer]) => answer.allowed).map(([verb]) => verb)).toEqual([
    'release',
    'retry',
    'stop',
    'cancel',
  ])
})
