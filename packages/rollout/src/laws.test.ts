import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyActions, applyVerbs, operationActions } from './actions.ts'
import { advanceApply } from './advance.ts'
import { deriveRolloutApplyState } from './derive.ts'
import type { AdvanceFacts } from './facts.ts'
import { projectApply } from './project.ts'
import { terminalOperationStates } from './states.ts'
import { anyAdvanceFacts, anyOperationState, anySimulation, anyTime, simulateApply } from './testing/index.ts'

const inFlight = ({ operations: { counts } }: AdvanceFacts) => counts.running + counts.failed_retryable
const unfinished = (facts: AdvanceFacts) => inFlight(facts) + facts.operations.counts.pending
const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    Object.values(value).forEach(frozen)
    Object.freeze(value)
  }
  return value
}
const picks = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 10 })
const turns = (numbers: readonly number[]) => {
  let turn = 0
  return () => numbers[turn++ % numbers.length] ?? 0
}

describe('law 1: state is derived, never set', () => {
  test('the same facts give the same answer and are left as they were', () => {
    fc.assert(
      fc.property(anyAdvanceFacts, anyTime, (facts, now) => {
        frozen(facts)
        expect(projectApply(facts, now)).toEqual(projectApply(facts, now))
        expect(advanceApply(facts, now)).toEqual(advanceApply(facts, now))
        expect(applyActions(facts, now)).toEqual(applyActions(facts, now))
      }),
      { numRuns: 300 },
    )
  })

  test('a screen promises what the worker does: every hold on the screen is a wait of the worker', () => {
    fc.assert(
      fc.property(anyAdvanceFacts, anyTime, (facts, now) => {
        expect(advanceApply(facts, now).waits).toEqual(expect.arrayContaining(projectApply(facts, now).heldBy))
      }),
      { numRuns: 300 },
    )
  })
})

describe('law 2: continue governs continuation, never the verdict', () => {
  test('an apply that ran to its end with a failure outside the budget has failed, whatever its policy', () => {
    fc.assert(
      fc.property(anySimulation, picks, (options, order) => {
        const world = simulateApply(options)
        world.command('approve')
        world.runUntilQuiet(turns(order))
        if (world.command('release').allowed) world.runUntilQuiet(turns(order))
        const failed = world.operations.filter(({ state }) => state === 'failed')
        fc.pre(failed.length > (options.maxStragglers ?? 0) || failed.some(({ canary }) => canary))
        const projection = world.project()
        if (projection.terminal) expect(projection.state).toBe('failed')
        else expect(projection.heldBy.some(({ person }) => person)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })
})

describe('law 3: unknown fails closed', () => {
  test('an apply under an unknown policy behaves like one that halts', () => {
    fc.assert(
      fc.property(anySimulation, (options) => {
        const [odd, halting] = ['bogus', 'halt'].map((onFailure) => {
          const world = simulateApply({ ...options, onFailure })
          world.command('approve')
          world.runUntilQuiet()
          return [world.states(), world.project().state]
        })
        expect(odd).toEqual(halting)
      }),
    )
  })

  test('facts that contradict each other start nothing without naming what is wrong', () => {
    fc.assert(
      fc.property(anyAdvanceFacts, anyTime, (facts, now) => {
        const blind = { ...facts, nextPending: [], dueRetries: [] }
        const { start, sweep, waits } = advanceApply(blind, now)
        expect(start).toEqual([])
        if (unfinished(blind) > 0 && inFlight(blind) === 0 && sweep === null) expect(waits).not.toEqual([])
      }),
    )
  })
})

describe('law 4: green is never vacuous', () => {
  test('nothing is completed without one target proven on the new build', () => {
    fc.assert(
      fc.property(anyAdvanceFacts, anyTime, (facts, now) => {
        const { state, releaseStatus, counts } = projectApply({ ...facts, onNewBuild: 0 }, now)
        expect(['completed', 'completed_with_stragglers']).not.toContain(state)
        expect(releaseStatus).not.toBe('completed')
        expect(releaseStatus).not.toBe('partially_failed')
        const full = projectApply(facts, now)
        if (full.releaseStatus === 'completed') expect(counts.completed).toBeGreaterThan(0)
      }),
    )
  })
})

describe('law 12: a refused action says why, and what would make it possible', () => {
  test('every refusal has both sentences, and every offered action is one that is allowed', () => {
    fc.assert(
      fc.property(anyAdvanceFacts, anyTime, (facts, now) => {
        const actions = applyActions(facts, now)
        for (const answer of Object.values(actions)) {
          if (answer.allowed) continue
          expect(answer.why).toMatch(/^[A-Z].*\.$/)
          expect(answer.unblock).toMatch(/^[A-Z].*\.$/)
        }
        const allowed = applyVerbs.filter((verb) => actions[verb].allowed)
        expect(projectApply(facts, now).nextActions.map(({ verb }) => verb)).toEqual(allowed)
      }),
    )
  })

  test('one operation may be retried only when the apply may', () => {
    fc.assert(
      fc.property(anyAdvanceFacts, anyOperationState, anyTime, (facts, state, now) => {
        const { retry } = operationActions({ state, slug: 'acme', reason: 'stale' }, facts, now)
        expect(retry.allowed).toBe(state === 'failed' && applyActions(facts, now).retry.allowed)
      }),
    )
  })

  test('what the world still does can be stopped or cancelled until it is settled', () => {
    fc.assert(
      fc.property(anyAdvanceFacts, anyTime, (facts, now) => {
        const { settled } = projectApply(facts, now)
        const { stop, cancel } = applyActions(facts, now)
        if (settled) expect([stop.allowed, cancel.allowed]).toEqual([false, false])
        else expect(cancel.allowed).toBe(facts.cancelRequestedAt === null)
      }),
    )
  })
})

describe('law 13: held is not failed', () => {
  test('what keeps an apply from starting never makes it fail', () => {
    fc.assert(
      fc.property(anyAdvanceFacts, anyTime, (facts, now) => {
        fc.pre(facts.operations.counts.pending > 0 && unfinished(facts) === facts.operations.counts.pending)
        fc.pre(facts.operations.counts.failed === 0)
        expect(projectApply(facts, now).state).not.toBe('failed')
      }),
    )
  })
})

describe('never silently stuck', () => {
  const namesWhatIsNext = ({ facts, advance }: { facts: AdvanceFacts; advance: ReturnType<typeof advanceApply> }) => {
    if (unfinished(facts) === 0 || inFlight(facts) > 0) return
    expect([advance.start.length, advance.sweep, advance.waits.length]).not.toEqual([0, null, 0])
  }

  test('work that is left with nothing in flight starts, is swept or names its hold, for any facts', () => {
    fc.assert(
      fc.property(anyAdvanceFacts, anyTime, (facts, now) =>
        namesWhatIsNext({ facts, advance: advanceApply(facts, now) }),
      ),
      { numRuns: 2000 },
    )
  })

  const anyCommand = fc.constantFrom('approve', 'reject', 'release', 'retry', 'stop', 'cancel', 'tick', 'lane', 'newer')
  const laneHeldBy = { applyId: 'apply-2', sha: 'c'.repeat(40), state: 'running' } as const

  test('a driven apply comes to rest settled or waiting for somebody, whatever people do on the way', () => {
    fc.assert(
      fc.property(anySimulation, picks, fc.array(anyCommand, { maxLength: 6 }), (options, order, commands) => {
        const pick = turns(order)
        const world = simulateApply({
          ...options,
          onActivation: (seen) => {
            namesWhatIsNext(seen)
            if (seen.projection.settled) expect(seen.advance.start).toEqual([])
            expect(seen.facts.operations.counts.running).toBeLessThanOrEqual(options.batchSize ?? 3)
          },
        })
        for (const command of commands) {
          if (command === 'lane') world.set({ laneHeldBy: world.project().counts.running > 0 ? null : laneHeldBy })
          else if (command === 'newer') world.set({ newerTookOver: { applyId: 'apply-3', sha: 'd'.repeat(40) } })
          else if (command !== 'tick') world.command(command)
          if (command === 'tick') world.runUntilQuiet(pick)
          else world.activate()
          const running = world.states().flatMap((state, at) => (state === 'running' ? [at] : []))
          if (running[0] !== undefined) world.finish(running[pick() % running.length] as number)
        }
        const last = world.runUntilQuiet(pick)
        const projection = world.project()
        expect(projection.counts.running).toBe(0)
        if (!projection.settled) expect(last.waits.some(({ person, kind }) => person || kind === 'lane')).toBe(true)
        // With the lane free, every yes given and every hold lifted, it ends.
        world.set({ laneHeldBy: null })
        world.command('approve')
        world.runUntilQuiet(pick)
        for (let round = 0; round < 3 && !world.project().settled; round += 1) {
          if (!world.command('release').allowed) world.command('cancel')
          world.runUntilQuiet(pick)
        }
        expect(world.project().settled).toBe(true)
      }),
      { numRuns: 600 },
    )
  })

  test('settled is monotone: without a retry, a settled apply stays settled in the same state', () => {
    fc.assert(
      fc.property(
        anySimulation,
        picks,
        fc.constantFrom('stop', 'cancel', 'tick'),
        fc.nat({ max: 6 }),
        (options, order, verb, after) => {
          const world = simulateApply(options)
          world.command('approve')
          for (let step = 0; step < after; step += 1) {
            world.activate()
            const running = world.states().indexOf('running')
            if (running >= 0) world.finish(running)
          }
          if (verb !== 'tick') world.command(verb)
          world.runUntilQuiet(turns(order))
          const { settled, state, releaseStatus } = world.project()
          fc.pre(settled)
          world.command('stop')
          world.command('cancel')
          world.command('release')
          world.wait(86_400)
          world.runUntilQuiet(turns(order))
          expect(world.project()).toMatchObject({ settled, state, releaseStatus })
        },
      ),
      { numRuns: 300 },
    )
  })

  test('the projected state of a finished apply agrees with the list form over its operations', () => {
    fc.assert(
      fc.property(anySimulation, picks, (options, order) => {
        const world = simulateApply(options)
        world.command('approve')
        world.runUntilQuiet(turns(order))
        const { onFailure = 'halt', maxStragglers = 0 } = options
        const children = world.operations.map(({ state, canary }) => ({ state, canary, onFailure, released: false }))
        const derived = deriveRolloutApplyState(children, { maxStragglers })
        const { state, total, counts } = world.project()
        const refined = derived === 'completed_with_stragglers' && state !== derived
        if (refined) expect(counts.completed === 0 || counts.completed + counts.failed < total).toBe(true)
        else expect(state).toBe(derived)
        expect(world.operations.every((one) => !terminalOperationStates.has(one.state) || one.retryAt === null)).toBe(
          true,
        )
      }),
      { numRuns: 300 },
    )
  })
})
