import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ApplyFacts } from './facts.ts'
import { projectApply } from './project.ts'
import { releaseStatus, releaseStatusPrecedence } from './release-status.ts'
import { projectionPrecedence } from './standing.ts'
import { type OperationState, terminalApplyStates } from './states.ts'
import fleet from './testing/cases/fleet.json' with { type: 'json' }
import { anyAdvanceFacts, anyTime, factsOf, sha } from './testing/index.ts'

const now = new Date('2026-03-01T12:30:00Z')
const then = new Date('2026-03-01T12:00:00Z')
const many = (state: OperationState, count: number) => Array.from({ length: count }, () => state)
const project = (states: readonly OperationState[], overrides: Partial<ApplyFacts> = {}) =>
  projectApply(factsOf(states, overrides), now)

const canary = { slug: 'tenant-0', completedAt: then } as const
const lane = { applyId: 'apply-2', sha: sha('c'), state: 'running' } as const
const newer = { applyId: 'apply-3', sha: sha('d') }

describe('the headline is one sentence about the world', () => {
  test.each<[string, readonly OperationState[], Partial<ApplyFacts>]>([
    ['Ready to start: 16 tenants wait for bbbbbbb.', many('pending', 16), {}],
    ['Ready to start: one tenant waits for bbbbbbb.', ['pending'], {}],
    ['Waiting behind the apply of ccccccc, which is running.', ['pending'], { laneHeldBy: lane }],
    ['The apply has no operations, so there is nothing to prove.', [], {}],
    ['Waiting for approval: two tenants are to get bbbbbbb.', many('pending', 2), { requiresApproval: true }],
    [
      'Running: five of 16 tenants are done, three in progress.',
      [...many('completed', 5), ...many('running', 3), ...many('pending', 8)],
      {},
    ],
    ['Running: one of two tenants is done, none in progress.', ['completed', 'pending'], {}],
    ['Running: none of two tenants is done, one in progress.', ['running', 'pending'], {}],
    [
      'Canary first: tenant-0 is in progress, two wait.',
      ['running', 'pending', 'pending'],
      { canary: { ...canary, state: 'running', completedAt: null } },
    ],
    [
      'Soaking: the canary tenant-0 runs bbbbbbb, one waits.',
      ['completed', 'pending'],
      { canary: { ...canary, state: 'completed' }, soakSeconds: 3600 },
    ],
    ['Stopping: two tenants are still in progress.', ['completed', 'running', 'running'], { stopRequestedAt: then }],
    ['Cancelling: one tenant is still in progress.', ['running', 'cancelled'], { cancelRequestedAt: then }],
    ['Stopping: what has not started is taken out of line.', ['completed', 'pending'], { stopRequestedAt: then }],
    [
      'The newer build ddddddd took over, so nothing else starts here.',
      ['running', 'pending'],
      { newerTookOver: newer },
    ],
    [
      'Running with failures: one tenant failed, two of five are done, one in progress.',
      ['failed', 'completed', 'completed', 'running', 'pending'],
      { onFailure: 'continue' },
    ],
    [
      'Paused: two tenants failed, 14 wait behind them.',
      [...many('failed', 2), ...many('pending', 14)],
      { onFailure: 'pause' },
    ],
    ['Paused: one tenant failed, one waits behind it.', ['failed', 'pending'], { onFailure: 'pause' }],
    ['Paused: one tenant failed, two are still in progress.', ['failed', 'running', 'running'], { onFailure: 'pause' }],
    ['Completed: all 16 tenants run bbbbbbb.', many('completed', 16), {}],
    ['Completed: the only tenant runs bbbbbbb. Two tenants were skipped.', ['completed', 'skipped', 'skipped'], {}],
    ['Completed: one of two tenants runs bbbbbbb.', many('completed', 2), { onNewBuild: 1 }],
    [
      'Completed with stragglers: 1,199 of 1,200 tenants run bbbbbbb, one failed within the budget of two.',
      [...many('completed', 1199), 'failed'],
      { maxStragglers: 2 },
    ],
    ['Failed: one tenant failed, two are still in progress.', ['failed', 'running', 'running'], {}],
    ['Failed: one tenant failed, 14 were not started.', ['failed', ...many('pending', 14)], {}],
    ['Failed: two of 16 tenants failed, 14 run bbbbbbb.', [...many('completed', 14), 'failed', 'failed'], {}],
    ['Failed: two tenants failed, none runs bbbbbbb.', ['failed', 'failed'], {}],
    ['Failed: no tenant has proved that it runs bbbbbbb.', ['completed'], { onNewBuild: 0 }],
    ['Stopped before it started.', ['stopped', 'stopped'], { stopRequestedAt: then, startedAt: null }],
    [
      'Stopped: five of 16 tenants run bbbbbbb, 11 were stopped.',
      [...many('completed', 5), ...many('stopped', 11)],
      {},
    ],
    ['Cancelled before it started.', ['pending'], { cancelRequestedAt: then }],
    ['Cancelled: none of two tenants runs bbbbbbb, two were cancelled.', many('cancelled', 2), {}],
    ['Cancelled: every tenant was skipped.', ['skipped'], {}],
    ['Rolled back: none of two tenants runs bbbbbbb, two were restored.', many('rolled_back', 2), {}],
    ['Rejected: nothing was started.', ['pending'], { requiresApproval: true, rejectedAt: then }],
    ['Superseded before it started: a newer apply took its place.', ['pending'], { supersededAt: then }],
  ])('%s', (headline, states, overrides) => {
    expect(project(states, overrides).headline).toBe(headline)
  })
})

describe('what the facts of the apply itself decide', () => {
  test('stands in this order', () => {
    expect(projectionPrecedence).toEqual([
      'rejected',
      'superseded_before_start',
      'cancelled_before_start',
      'stopped_before_start',
      'awaiting_approval',
      'ended_early',
      'nothing_proven',
      'derived',
    ])
  })

  test('the earlier row wins when several apply', () => {
    const all: Partial<ApplyFacts> = {
      rejectedAt: then,
      supersededAt: then,
      cancelRequestedAt: then,
      stopRequestedAt: then,
      requiresApproval: true,
    }
    expect(project(['pending'], all).state).toBe('rejected')
    expect(project(['pending'], { ...all, rejectedAt: null }).state).toBe('superseded')
    expect(project(['pending'], { ...all, rejectedAt: null, supersededAt: null }).state).toBe('cancelled')
    expect(project(['pending'], { stopRequestedAt: then, requiresApproval: true }).state).toBe('stopped')
    expect(project(['pending'], { requiresApproval: true }).state).toBe('awaiting_approval')
    expect(project(['pending'], { requiresApproval: true, approvedAt: then }).state).toBe('pending')
  })

  test('a stop or a supersession after the start leaves the verdict to the operations', () => {
    const moving = project(['completed', 'running'], { stopRequestedAt: then, supersededAt: then })
    expect(moving).toMatchObject({ state: 'running', releaseStatus: 'superseded' })
    expect(project(['completed', 'stopped'], { stopRequestedAt: then })).toMatchObject({
      state: 'stopped',
      settled: true,
    })
  })

  test('a release reaches failures that the aggregate still counts as pausing', () => {
    const held = factsOf(['failed', 'pending'], { onFailure: 'pause' })
    expect(projectApply(held, now).state).toBe('paused')
    expect(projectApply({ ...held, releasedAt: then }, now).state).toBe('running_degraded')
  })

  test('the straggler budget does not turn an apply green that a person ended early', () => {
    expect(project(['completed', 'failed', 'stopped'], { maxStragglers: 1 }).state).toBe('stopped')
    expect(project(['completed', 'failed', 'cancelled'], { maxStragglers: 1 }).state).toBe('cancelled')
    expect(project(['completed', 'failed', 'rolled_back'], { maxStragglers: 1 }).state).toBe('rolled_back')
  })
})

describe('settled', () => {
  test('is terminal with nothing in flight', () => {
    expect(project(['failed', 'running'])).toMatchObject({ state: 'failed', terminal: true, settled: false })
    expect(project(['failed', 'failed_retryable'])).toMatchObject({ terminal: true, settled: false })
    expect(project(['failed', 'pending'])).toMatchObject({ terminal: true, settled: true })
    expect(project(['failed', 'running']).because.at(-1)).toEqual({
      rule: 'not_settled',
      text: 'One tenant is still in progress, so the lane stays taken.',
    })
  })

  test('follows the operations for any facts', () => {
    fc.assert(
      fc.property(anyAdvanceFacts, anyTime, (facts, at) => {
        const { state, terminal, settled, counts } = projectApply(facts, at)
        expect(terminal).toBe(terminalApplyStates.has(state))
        expect(settled).toBe(terminal && counts.running + counts.failed_retryable === 0)
      }),
    )
  })
})

describe('because', () => {
  test('names the row that decided, the first failure and the budget', () => {
    const facts = factsOf(['failed', 'failed', 'pending'], { maxStragglers: 1 })
    expect(projectApply(facts, now).because).toEqual([
      { rule: 'hard_failure', text: 'Its policy is to halt at the first failure.' },
      { rule: 'first_failure', text: 'tenant-0 failed: The tenant still runs another build.' },
      { rule: 'budget_exceeded', text: 'Two tenants failed; the straggler budget is one.' },
    ])
  })

  test('says that a canary is no straggler and that an unknown policy halts', () => {
    const facts = factsOf(['failed', 'pending'], { maxStragglers: 1, onFailure: 'bogus' })
    const marked = { ...facts, operations: { ...facts.operations, failedCanary: 1 } }
    expect(projectApply(marked, now).because.map(({ text }) => text)).toEqual([
      'Its policy is to halt at the first failure.',
      'tenant-0 failed: The tenant still runs another build.',
      'The canary failed, and a canary never counts as a straggler.',
      'The policy "bogus" is not known and counts as halt.',
    ])
  })

  test('always says something, in whole sentences', () => {
    fc.assert(
      fc.property(anyAdvanceFacts, anyTime, (facts, at) => {
        const { because, headline, heldBy } = projectApply(facts, at)
        expect(because.length).toBeGreaterThan(0)
        for (const { rule, text } of because) {
          expect(rule).toMatch(/^[a-z_]+$/)
          expect(text).toMatch(/^\S.*\.$/)
        }
        for (const text of [headline, ...heldBy.map((hold) => hold.text)]) {
          expect(text).toMatch(/^[A-Zt].*\.$/)
          expect(text).not.toMatch(/undefined|null|NaN|\bno of\b|[0-9a-f]{8}/)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the release status', () => {
  test('stands in this order', () => {
    expect(releaseStatusPrecedence).toEqual([
      'newer_build_took_over',
      'nothing_started',
      'still_moving',
      'all_proven',
      'restored',
      'some_on_new_build',
      'none_on_new_build',
    ])
  })

  test.each<[readonly OperationState[], Partial<ApplyFacts>, string]>([
    [['pending'], {}, 'pending'],
    [['pending'], { requiresApproval: true }, 'pending'],
    [['pending'], { rejectedAt: then }, 'pending'],
    [['pending'], { supersededAt: then }, 'superseded'],
    [['completed', 'failed'], { supersededAt: then }, 'superseded'],
    [['completed', 'pending'], {}, 'in_progress'],
    [['failed', 'pending'], { onFailure: 'pause' }, 'in_progress'],
    [['failed', 'running'], {}, 'in_progress'],
    [['completed', 'completed', 'skipped'], {}, 'completed'],
    [['completed', 'failed'], {}, 'partially_failed'],
    [['completed', 'failed'], { maxStragglers: 1 }, 'partially_failed'],
    [['completed', 'stopped'], {}, 'partially_failed'],
    [['completed', 'cancelled'], {}, 'partially_failed'],
    [['completed', 'rolled_back'], {}, 'partially_failed'],
    [['failed', 'pending'], {}, 'failed'],
    [['stopped', 'failed'], {}, 'failed'],
    [['rolled_back', 'rolled_back'], {}, 'rolled_back'],
    [['rolled_back', 'failed'], {}, 'rolled_back'],
    [['completed'], { onNewBuild: 0 }, 'failed'],
  ])('of %j with %j is %s', (states, overrides, status) => {
    expect(project(states, overrides).releaseStatus).toBe(status)
  })

  test('law 4: is never completed without a target on the new build', () => {
    const facts = { state: 'completed', settled: true, superseded: false, started: true } as const
    expect(releaseStatus({ ...facts, onNewBuild: 1 })).toBe('completed')
    expect(releaseStatus({ ...facts, onNewBuild: 0 })).toBe('failed')
  })
})

describe('the coverage examples', () => {
  const gate = Object.fromEntries(fleet.groups['coverage.gate'].map((row) => [row.id, row]))
  const covered = (id: string, verified: number) => {
    const { stragglers = [], max = 0 } = gate[id]?.given ?? {}
    return project([...many('completed', verified), ...many('failed', stragglers.length)], { maxStragglers: max })
  }
  test('a straggler without a budget fails', () => expect(covered('default-zero', 3).state).toBe('failed'))
  test('a straggler within the budget is tolerated, and named as one', () => {
    expect(covered('within', 3)).toMatchObject({
      state: 'completed_with_stragglers',
      releaseStatus: 'partially_failed',
    })
  })
  test('more stragglers than the budget fail, and the answer names the budget', () => {
    const { state, because } = covered('exceeds', 3)
    expect(state).toBe('failed')
    expect(because.at(-1)?.text).toBe('Two tenants failed; the straggler budget is one.')
  })
  test('a whole fleet of one cannot be its own straggler', () => {
    expect(gate['whole-fleet-of-one']).toHaveProperty('recommend.ok', false)
    expect(covered('whole-fleet-of-one', 0).state).toBe('failed')
  })
})

test('law 15: cost follows change: a projection of 10,000 operations takes no longer than one of ten', () => {
  // Compared by what is read, not by the clock: the facts hold no list that grows with the fleet.
  const size = (count: number) => JSON.stringify(factsOf(many('completed', count))).length
  expect(size(10_000) - size(10)).toBeLessThan(20)
})
