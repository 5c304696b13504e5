import { classifyFailure, isCanary, type RolloutChild, stragglerBudget } from './derive.ts'
import {
  type ApplyState,
  isOperationState,
  type OperationState,
  operationStateFacts,
  operationStates,
} from './states.ts'

/**
 * All that the rules need to know about the operations of an apply, whatever their number. The store keeps it up to
 * date by one row per transition, so that settling an operation costs the same in an apply of 10 and of 10,000.
 */
export interface OperationsAggregate {
  counts: Record<OperationState, number>
  /** failed children by how their policy counts; hard is neither continuable nor pausing */
  failedHard: number
  failedPausing: number
  failedContinuable: number
  failedCanary: number
  /** position of the first failed child that pauses the rollout */
  firstPausingFailurePosition: number | null
  /** position of the last child that is not terminal */
  lastUnfinishedPosition: number | null
  /** children in a state nobody knows: each counts as a hard failure and as in flight */
  unknown?: number
}

export function emptyAggregate(): OperationsAggregate {
  return {
    counts: Object.fromEntries(operationStates.map((state) => [state, 0])) as Record<OperationState, number>,
    failedHard: 0,
    failedPausing: 0,
    failedContinuable: 0,
    failedCanary: 0,
    firstPausingFailurePosition: null,
    lastUnfinishedPosition: null,
    unknown: 0,
  }
}

/** Counts children given in rollout order; a child's position is its index. No children gives all zeros. */
export function aggregateChildren(children: readonly RolloutChild[]): OperationsAggregate {
  const aggregate = emptyAggregate()
  children.forEach((child, position) => {
    if (!isOperationState(child.state)) {
      aggregate.unknown = (aggregate.unknown ?? 0) + 1
      return
    }
    aggregate.counts[child.state] += 1
    if (!operationStateFacts[child.state].terminal) aggregate.lastUnfinishedPosition = position
    if (child.state !== 'failed') return
    if (isCanary(child)) aggregate.failedCanary += 1
    const failure = classifyFailure(child)
    if (failure === 'hard') aggregate.failedHard += 1
    if (failure === 'continuable') aggregate.failedContinuable += 1
    if (failure === 'pausing') {
      aggregate.failedPausing += 1
      aggregate.firstPausingFailurePosition ??= position
    }
  })
  return aggregate
}

/** How many children there are, skipped and unknown ones included. */
export function totalOf(aggregate: OperationsAggregate): number {
  return operationStates.reduce((sum, state) => sum + aggregate.counts[state], 0) + unknownOf(aggregate)
}

/** How many are in flight. A child in an unknown state may be moving, so it counts. */
export function inFlightOf(aggregate: OperationsAggregate): number {
  return aggregate.counts.running + aggregate.counts.failed_retryable + unknownOf(aggregate)
}

interface BaseRule {
  rule: string
  state: ApplyState
  when: (counts: Record<OperationState, number>, aggregate: OperationsAggregate) => boolean
}

/** The base rule as data; the first row that matches decides. */
const baseRules = [
  { rule: 'no_operations', state: 'pending', when: (_, all) => totalOf(all) === 0 },
  { rule: 'only_skipped', state: 'cancelled', when: (n, all) => totalOf(all) === n.skipped },
  { rule: 'any_failed', state: 'failed', when: (n, all) => n.failed > 0 || unknownOf(all) > 0 },
  { rule: 'any_in_flight', state: 'running', when: (n) => n.running + n.failed_retryable > 0 },
  { rule: 'between_operations', state: 'running', when: (n) => n.pending > 0 && n.completed + n.rolled_back > 0 },
  { rule: 'any_pending', state: 'pending', when: (n) => n.pending > 0 },
  { rule: 'any_stopped', state: 'stopped', when: (n) => n.stopped > 0 },
  { rule: 'any_cancelled', state: 'cancelled', when: (n) => n.cancelled > 0 },
  { rule: 'any_rolled_back', state: 'rolled_back', when: (n) => n.rolled_back > 0 },
  { rule: 'all_completed', state: 'completed', when: () => true },
] as const satisfies readonly BaseRule[]
export type ApplyStateRule = (typeof baseRules)[number]['rule']
export const applyStatePrecedence: readonly ApplyStateRule[] = baseRules.map(({ rule }) => rule)

function baseRuleOf(aggregate: OperationsAggregate): { rule: ApplyStateRule; state: ApplyState } {
  // The last row always matches.
  return baseRules.find(({ when }) => when(aggregate.counts, aggregate)) as (typeof baseRules)[number]
}

/** `deriveApplyState` from the aggregate: the same answer at a cost that does not depend on the number of children. */
export function deriveApplyStateFromAggregate(aggregate: OperationsAggregate): ApplyState {
  return baseRuleOf(aggregate).state
}

interface RolloutRule {
  rule: string
  state: ApplyState
  when: (aggregate: OperationsAggregate, budget: number) => boolean
}

/** The rollout rule for a failed base as data; the first row that matches decides. */
const rolloutRules = [
  {
    rule: 'within_straggler_budget_done',
    state: 'completed_with_stragglers',
    when: (all, budget) => isTolerated(all, budget) && !hasUnfinished(all),
  },
  { rule: 'within_straggler_budget', state: 'running_degraded', when: isTolerated },
  { rule: 'hard_failure', state: 'failed', when: (all) => all.failedHard > 0 || isContradictory(all) },
  {
    rule: 'pausing_failure',
    state: 'paused',
    when: (all) =>
      all.firstPausingFailurePosition !== null &&
      all.lastUnfinishedPosition !== null &&
      all.firstPausingFailurePosition < all.lastUnfinishedPosition,
  },
  { rule: 'failed_and_done', state: 'failed', when: (all) => !hasUnfinished(all) },
  { rule: 'failed_and_moving', state: 'running_degraded', when: () => true },
] as const satisfies readonly RolloutRule[]
export type RolloutRuleId = (typeof rolloutRules)[number]['rule']
export const rolloutPrecedence: readonly RolloutRuleId[] = rolloutRules.map(({ rule }) => rule)

/** The row that decided: a row of the base rule, or, where that one says failed, a row of the rollout rule. */
export function decidingRule(
  aggregate: OperationsAggregate,
  options: { maxStragglers?: number } = {},
): { rule: ApplyStateRule | RolloutRuleId; state: ApplyState } {
  const base = baseRuleOf(aggregate)
  if (base.state !== 'failed') return base
  const budget = stragglerBudget(options?.maxStragglers)
  return rolloutRules.find(({ when }) => when(aggregate, budget)) as (typeof rolloutRules)[number]
}

/** `deriveRolloutApplyState` from the aggregate. An aggregate that contradicts itself fails closed. */
export function deriveRolloutApplyStateFromAggregate(
  aggregate: OperationsAggregate,
  options: { maxStragglers?: number } = {},
): ApplyState {
  return decidingRule(aggregate, options).state
}

function unknownOf(aggregate: OperationsAggregate): number {
  return aggregate.unknown ?? 0
}

function hasUnfinished({ counts }: OperationsAggregate): boolean {
  return counts.pending + counts.running + counts.failed_retryable > 0
}

function isTolerated(all: OperationsAggregate, budget: number): boolean {
  return all.counts.failed >= 1 && all.counts.failed <= budget && all.failedCanary === 0 && !isContradictory(all)
}

// A cache that has drifted from its rows must not keep a rollout going on a guess.
function isContradictory(all: OperationsAggregate): boolean {
  return (
    unknownOf(all) > 0 ||
    all.failedHard + all.failedPausing + all.failedContinuable !== all.counts.failed ||
    all.failedPausing > 0 !== (all.firstPausingFailurePosition !== null) ||
    hasUnfinished(all) !== (all.lastUnfinishedPosition !== null)
  )
}
