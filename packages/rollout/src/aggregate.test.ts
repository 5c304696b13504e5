import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aggregateChildren,
  applyStatePrecedence,
  deriveApplyStateFromAggregate,
  deriveRolloutApplyStateFromAggregate,
  emptyAggregate,
  inFlightOf,
  rolloutPrecedence,
  totalOf,
} from './aggregate.ts'
import { deriveApplyState, deriveRolloutApplyState, type RolloutChild } from './derive.ts'
import { operationStates } from './states.ts'
import { anyStrangeChild, children } from './testing/index.ts'

function bothAgree(given: readonly RolloutChild[], maxStragglers: number): void {
  const aggregate = aggregateChildren(given)
  expect(deriveApplyStateFromAggregate(aggregate)).toBe(deriveApplyState(given.map(({ state }) => state)))
  expect(deriveRolloutApplyStateFromAggregate(aggregate, { maxStragglers })).toBe(
    deriveRolloutApplyState(given, { maxStragglers }),
  )
}

test('the aggregate form agrees with the list form on random children', () => {
  fc.assert(fc.property(fc.array(anyStrangeChild, { maxLength: 9 }), fc.integer({ min: 0, max: 4 }), bothAgree), {
    numRuns: 3000,
  })
})

test('the aggregate form agrees with the list form on every pair of children', () => {
  const every: RolloutChild[] = [...operationStates, 'bogus'].flatMap((state) =>
    (state === 'failed' ? ['halt', 'pause', 'continue', 'bogus'] : ['halt']).flatMap((onFailure) =>
      [false, true].flatMap((released) => [false, true].map((canary) => ({ state, onFailure, released, canary }))),
    ),
  )
  const disagreements = every.flatMap((first) =>
    every.flatMap((second) =>
      [0, 1, 2].filter((maxStragglers) => {
        const aggregate = aggregateChildren([first, second])
        return (
          deriveRolloutApplyStateFromAggregate(aggregate, { maxStragglers }) !==
          deriveRolloutApplyState([first, second], { maxStragglers })
        )
      }),
    ),
  )
  expect(disagreements).toEqual([])
})

test('an aggregate counts skipped and unknown children in the total and unknown ones as in flight', () => {
  const aggregate = aggregateChildren(children(['skipped', 'bogus', 'running', 'failed_retryable', 'completed']))
  expect(totalOf(aggregate)).toBe(5)
  expect(inFlightOf(aggregate)).toBe(3)
  expect(totalOf(emptyAggregate())).toBe(0)
})

describe('law 3: unknown fails closed', () => {
  const goingOn = aggregateChildren(children(['failed', 'pending'], { onFailure: 'continue' }))
  test.each([
    ['failures without a class', { failedContinuable: 0 }],
    ['more classes than failures', { failedPausing: 1 }],
    ['a pausing failure without a position', { failedContinuable: 0, failedPausing: 1 }],
    ['unfinished work without a position', { lastUnfinishedPosition: null }],
  ])('an aggregate that contradicts itself fails the apply: %s', (_, drift) => {
    expect(deriveRolloutApplyStateFromAggregate(goingOn)).toBe('running_degraded')
    expect(deriveRolloutApplyStateFromAggregate({ ...goingOn, ...drift })).toBe('failed')
    expect(deriveRolloutApplyStateFromAggregate({ ...goingOn, ...drift }, { maxStragglers: 3 })).toBe('failed')
  })
})

test('the rows stand in the order that the rules are written in', () => {
  expect(applyStatePrecedence).toEqual([
    'no_operations',
    'only_skipped',
    'any_failed',
    'any_in_flight',
    'between_operations',
    'any_pending',
    'any_stopped',
    'any_cancelled',
    'any_rolled_back',
    'all_completed',
  ])
  expect(rolloutPrecedence).toEqual([
    'within_straggler_budget_done',
    'within_straggler_budget',
    'hard_failure',
    'pausing_failure',
    'failed_and_done',
    'failed_and_moving',
  ])
})
