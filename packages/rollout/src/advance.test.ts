import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advanceApply } from './advance.ts'
import { gatePrecedence } from './gate.ts'
import { advanceFactsOf, anySimulation, facts, sha, simulateApply } from './testing/index.ts'

const now = new Date('2026-03-01T12:00:00Z')
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const kinds = (waits: readonly { kind: string }[]) => waits.map(({ kind }) => kind)

describe('a beginning', () => {
  test('takes the lane and starts as many as the batch size says', () => {
    const answer = advanceApply(advanceFactsOf(['pending', 'pending', 'pending'], { batchSize: 2 }), now)
    expect(answer).toEqual({ begin: true, start: ['op-0', 'op-1'], sweep: null, waits: [], wakeAt: null })
  })

  test('waits for an approval, then for the lane', () => {
    const unapproved = advanceFactsOf(['pending'], { requiresApproval: true })
    expect(advanceApply(unapproved, now)).toMatchObject({
      begin: false,
      start: [],
      waits: [{ kind: 'approval', person: true }],
    })
    const laneHeldBy = { applyId: 'apply-2', sha: sha('c'), state: 'paused' } as const
    const queued = { ...unapproved, approvedAt: now, laneHeldBy }
    expect(advanceApply(queued, now)).toMatchObject({ begin: false, start: [] })
    expect(advanceApply(queued, now).waits).toEqual([
      {
        kind: 'lane',
        text: 'Waiting behind the apply of ccccccc, which is paused.',
        until: null,
        by: 'apply-2',
        person: false,
      },
    ])
  })

  test('does not come for an apply without operations', () => {
    expect(advanceApply({ ...advanceFactsOf([]) }, now)).toMatchObject({
      begin: false,
      start: [],
      waits: [{ kind: 'empty' }],
    })
  })

  test.each([
    ['rejected', { rejectedAt: now }, 'cancel'],
    ['superseded', { supersededAt: now }, 'cancel'],
    ['cancelled', { cancelRequestedAt: now }, 'cancel'],
    ['stopped', { stopRequestedAt: now }, 'stop'],
  ] as const)('does not come for an apply that was %s before', (_, overrides, sweep) => {
    const answer = advanceApply(advanceFactsOf(['pending'], overrides), now)
    expect(answer).toEqual({ begin: false, start: [], sweep, waits: [], wakeAt: null })
  })
})

describe('the window', () => {
  test('slides: one ends, one starts', () => {
    const full = advanceFactsOf(['running', 'running', 'pending'], { batchSize: 2 })
    expect(advanceApply(full, now)).toMatchObject({ start: [], waits: [{ kind: 'queued' }] })
    expect(advanceApply(full, now).waits[0]?.text).toBe('One tenant waits for a free place: two of two are taken.')
    const freed = advanceFactsOf(['completed', 'running', 'pending'], { batchSize: 2 })
    expect(advanceApply(freed, now).start).toEqual(['op-2'])
  })

  test('keeps the place of an operation that will be tried again', () => {
    const given = advanceFactsOf(['failed_retryable', 'running', 'pending'], { batchSize: 2, nextRetryAt: after(10) })
    const answer = advanceApply(given, now)
    expect(answer.start).toEqual([])
    expect(kinds(answer.waits)).toEqual(['queued', 'retry_backoff'])
    expect(answer.wakeAt).toEqual(after(10))
    const due = { ...given, nextRetryAt: now, dueRetries: [{ id: 'op-0', slug: 'tenant-0', retryAt: now }] }
    expect(advanceApply(due, now).start).toEqual(['op-0'])
    const early = { ...given, dueRetries: [{ id: 'op-0', slug: 'tenant-0', retryAt: after(10) }] }
    expect(advanceApply(early, after(9)).start).toEqual([])
  })

  test('is never wider than the batch size, and the canary is alone in it until its soak is over', () => {
    fc.assert(
      fc.property(anySimulation, (options) => {
        const { batchSize = 3, soakSeconds = 0 } = options
        const world = simulateApply({
          ...options,
          onActivation: ({ facts: seen, advance, now: at }) => {
            const { counts } = seen.operations
            const retried = seen.dueRetries.filter(({ id }) => advance.start.includes(id)).length
            const fresh = advance.start.length - retried
            expect(counts.running + counts.failed_retryable + fresh).toBeLessThanOrEqual(batchSize)
            if (seen.canary === null || fresh === 0) return
            if (seen.canary.state === 'pending') expect(advance.start).toEqual(['op-0'])
            else expect(['completed', 'failed']).toContain(seen.canary.state)
            if (seen.canary.state === 'completed') {
              const soaked = at.getTime() - (seen.canary.completedAt?.getTime() ?? 0)
              expect(soaked).toBeGreaterThanOrEqual(soakSeconds * 1000)
            }
          },
        })
        world.command('approve')
        world.runUntilQuiet()
      }),
      { numRuns: 300 },
    )
  })
})

describe('a canary', () => {
  const canary = { slug: 'tenant-0', state: 'completed', completedAt: now } as const
  test('goes first and alone', () => {
    const given = advanceFactsOf(['pending', 'pending'], { canary: { ...canary, state: 'pending', completedAt: null } })
    expect(advanceApply(given, now)).toMatchObject({ begin: true, start: ['op-0'] })
    const marked = given.nextPending.map((operation) => ({ ...operation, canary: true }))
    expect(advanceApply({ ...given, nextPending: marked }, now).start).toEqual(['op-0'])
    const running = advanceFactsOf(['running', 'pending'], {
      canary: { ...canary, state: 'running', completedAt: null },
    })
    expect(advanceApply(running, now)).toMatchObject({ start: [], waits: [{ kind: 'canary', by: 'tenant-0' }] })
  })

  test('soaks from its completion, and the worker wakes when the soak ends', () => {
    const given = advanceFactsOf(['completed', 'pending'], { canary, soakSeconds: 60 })
    const early = advanceApply(given, after(59))
    expect(early).toMatchObject({ start: [], wakeAt: after(60) })
    expect(early.waits[0]?.text).toBe('The canary tenant-0 soaks for 60 seconds before the others start.')
    expect(advanceApply(given, after(60)).start).toEqual(['op-1'])
  })

  test('that finished at an unknown time holds the rest for a person', () => {
    const given = advanceFactsOf(['completed', 'pending'], {
      canary: { ...canary, completedAt: null },
      soakSeconds: 60,
    })
    expect(advanceApply(given, now)).toMatchObject({ start: [], wakeAt: null, waits: [{ kind: 'soak', person: true }] })
  })

  test('that failed ends the apply under halt, holds it under pause, and is passed under continue', () => {
    const failed = { ...canary, state: 'failed' } as const
    const under = (onFailure: string, more = {}) =>
      advanceApply(
        advanceFactsOf(['failed', 'pending'], {
          canary: failed,
          onFailure,
          maxStragglers: 3,
          soakSeconds: 60,
          ...more,
        }),
        now,
      )
    const marked = (onFailure: string) => {
      const { operations } = advanceFactsOf(['failed', 'pending'], { onFailure })
      return { operations: { ...operations, failedCanary: 1 } }
    }
    expect(under('halt', marked('halt'))).toMatchObject({ start: [], waits: [{ kind: 'halt' }] })
    expect(under('pause', marked('pause'))).toMatchObject({ start: [], waits: [{ kind: 'pause' }] })
    expect(under('continue', marked('continue')).start).toEqual(['op-1'])
    expect(under('pause', { ...marked('pause'), releasedAt: now }).start).toEqual(['op-1'])
  })

  test('that a person skipped is passed, and one that was stopped alone holds the rest', () => {
    expect(
      advanceApply(advanceFactsOf(['skipped', 'pending'], { canary: { ...canary, state: 'skipped' } }), now).start,
    ).toEqual(['op-1'])
    const stopped = advanceFactsOf(['stopped', 'pending'], { canary: { ...canary, state: 'stopped' } })
    expect(advanceApply(stopped, now)).toMatchObject({ start: [], waits: [{ kind: 'canary', person: true }] })
  })
})

describe('a failure', () => {
  test('halts what has not started while retries already begun go on', () => {
    const given = advanceFactsOf(['failed', 'failed_retryable', 'pending', 'pending'], {
      nextRetryAt: now,
      dueRetries: [{ id: 'op-1', slug: 'tenant-1', retryAt: now }],
    })
    const answer = advanceApply(given, now)
    expect(answer.start).toEqual(['op-1'])
    expect(answer.waits[0]).toMatchObject({
      kind: 'halt',
      text: 'Two tenants were not started because tenant-0 failed.',
      person: true,
    })
  })

  test('within the straggler budget lets the rest go on', () => {
    expect(advanceApply(advanceFactsOf(['failed', 'pending'], { maxStragglers: 1 }), now).start).toEqual(['op-1'])
  })

  test('that was put back in line before others starts again under pause', () => {
    expect(advanceApply(advanceFactsOf(['pending', 'failed'], { onFailure: 'pause' }), now).start).toEqual(['op-0'])
  })
})

describe('an end by a person', () => {
  test('sweeps what waits, lets what moves come to its end, and a cancel outranks a stop', () => {
    const states = ['completed', 'running', 'failed_retryable', 'pending'] as const
    const stopped = advanceFactsOf(states, { stopRequestedAt: now, nextRetryAt: now })
    expect(advanceApply(stopped, now)).toMatchObject({ start: [], sweep: 'stop', waits: [{ kind: 'stopping' }] })
    expect(advanceApply(stopped, now).waits[0]?.text).toBe('Stopping: one tenant is still in progress.')
    expect(advanceApply({ ...stopped, cancelRequestedAt: now }, now).sweep).toBe('cancel')
    expect(advanceApply(advanceFactsOf(['completed', 'running'], { stopRequestedAt: now }), now).sweep).toBeNull()
  })
})

test('law 7: never backward: once a newer build has taken over, nothing else starts', () => {
  const newerTookOver = { applyId: 'apply-3', sha: sha('d') }
  const given = advanceFactsOf(['completed', 'running', 'pending'], { newerTookOver })
  expect(advanceApply(given, now)).toMatchObject({ start: [], sweep: 'cancel' })
  expect(advanceApply(given, now).waits[0]).toMatchObject({
    kind: 'newer_took_over',
    text: 'The newer build ddddddd took over, so nothing else starts here.',
    by: 'apply-3',
  })
})

test('a silent worker is named while it is needed, and not while only a person is', () => {
  const workerSilentSince = after(-240)
  const moving = advanceFactsOf(['running'], { workerSilentSince })
  expect(advanceApply(moving, now).waits.map(({ text }) => text)).toEqual([
    'No worker has been heard from for four minutes.',
  ])
  const approving = advanceFactsOf(['pending'], { workerSilentSince, requiresApproval: true })
  expect(kinds(advanceApply(approving, now).waits)).toEqual(['approval'])
})

test('law 3: facts that cannot be read hold, by name', () => {
  const blind = { ...facts({ startedAt: now }), nextPending: [], dueRetries: [] }
  expect(advanceApply(blind, now)).toMatchObject({ begin: false, waits: [{ kind: 'unreadable', person: true }] })
  const lost = advanceFactsOf(['failed_retryable'], { nextRetryAt: now })
  expect(kinds(advanceApply(lost, now).waits)).toEqual(['unreadable'])
  const timeless = advanceFactsOf(['failed_retryable'])
  expect(advanceApply(timeless, now).waits).toMatchObject([{ kind: 'retry_backoff', person: true }])
  const odd = advanceFactsOf(['bogus' as 'failed', 'pending'])
  expect(advanceApply(odd, now)).toMatchObject({ start: [] })
  expect(kinds(advanceApply(odd, now).waits)).toEqual(['halt', 'unreadable'])
})

test('the rows stand in the order that the rules are written in', () => {
  expect(gatePrecedence).toEqual([
    'ended_before_start',
    'cancel_requested',
    'stop_requested',
    'newer_took_over',
    'approval_missing',
    'no_operations',
    'verdict_fallen',
    'lane_taken',
    'paused',
    'nothing_pending',
    'canary_first',
    'canary_in_flight',
    'canary_unproven',
    'soaking',
    'open',
  ])
})
