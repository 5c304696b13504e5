import {
  type ApplyStateRule,
  decidingRule,
  inFlightOf,
  type OperationsAggregate,
  type RolloutRuleId,
  totalOf,
} from './aggregate.ts'
import type { ApplyFacts } from './facts.ts'
import { type ApplyState, terminalApplyStates } from './states.ts'

/** Where an apply stands: the state and the rows that decided it, before any wording. */
export interface Standing {
  state: ApplyState
  terminal: boolean
  /** the verdict has fallen and nothing is in flight: the lane is free */
  settled: boolean
  started: boolean
  projectedBy: ProjectionRule
  derivedBy: ApplyStateRule | RolloutRuleId
  derived: ApplyState
  /** as stored, with a release already applied to the failures it covers */
  operations: OperationsAggregate
  total: number
  inFlight: number
  /** a newer build has taken over while this apply had begun */
  overtaken: boolean
  approvalMissing: boolean
}

type Basis = Omit<Standing, 'state' | 'terminal' | 'settled' | 'projectedBy'>

interface ProjectionRow {
  rule: string
  when: (facts: ApplyFacts, basis: Basis) => boolean
  state: (basis: Basis) => ApplyState
}

/** What the facts of the apply itself say before, and after, its operations are asked; the first row decides. */
const projectionRules = [
  { rule: 'rejected', when: (facts) => facts.rejectedAt !== null, state: () => 'rejected' },
  {
    rule: 'superseded_before_start',
    when: (facts, { started }) => facts.supersededAt !== null && !started,
    state: () => 'superseded',
  },
  {
    rule: 'cancelled_before_start',
    when: (facts, { started }) => facts.cancelRequestedAt !== null && !started,
    state: () => 'cancelled',
  },
  {
    rule: 'stopped_before_start',
    when: (facts, { started }) => facts.stopRequestedAt !== null && !started,
    state: () => 'stopped',
  },
  {
    rule: 'awaiting_approval',
    when: (_, { started, approvalMissing, derived }) =>
      !started && approvalMissing && !terminalApplyStates.has(derived),
    state: () => 'awaiting_approval',
  },
  {
    // A budget for failures is no budget for targets that nobody tried: an apply that was ended early is not complete.
    rule: 'ended_early',
    when: (_, { derived, operations: { counts } }) =>
      derived === 'completed_with_stragglers' && counts.stopped + counts.cancelled + counts.rolled_back > 0,
    state: ({ operations: { counts } }) =>
      counts.stopped > 0 ? 'stopped' : counts.cancelled > 0 ? 'cancelled' : 'rolled_back',
  },
  {
    // Green is never vacuous: finished operations without one proven target are no success.
    rule: 'nothing_proven',
    when: (facts, { derived }) =>
      (derived === 'completed' || derived === 'completed_with_stragglers') && !(facts.onNewBuild > 0),
    state: () => 'failed',
  },
  { rule: 'derived', when: () => true, state: ({ derived }) => derived },
] as const satisfies readonly ProjectionRow[]
export type ProjectionRule = (typeof projectionRules)[number]['rule']
export const projectionPrecedence: readonly ProjectionRule[] = projectionRules.map(({ rule }) => rule)

export function standingOf(facts: ApplyFacts): Standing {
  const operations = afterRelease(facts)
  const { counts } = operations
  const decided = decidingRule(operations, { maxStragglers: facts.maxStragglers })
  const basis: Basis = {
    started:
      facts.startedAt !== null ||
      // Work that has been done counts as a start even where nobody noted the time.
      counts.running + counts.completed + counts.failed + counts.failed_retryable + counts.rolled_back > 0,
    derived: decided.state,
    derivedBy: decided.rule,
    operations,
    total: totalOf(operations),
    inFlight: inFlightOf(operations),
    overtaken: facts.newerTookOver !== null || facts.supersededAt !== null,
    approvalMissing: facts.requiresApproval && facts.approvedAt === null,
  }
  const row = projectionRules.find(({ when }) => when(facts, basis)) as (typeof projectionRules)[number]
  const state = row.state(basis)
  const terminal = terminalApplyStates.has(state)
  return { ...basis, state, terminal, settled: terminal && basis.inFlight === 0, projectedBy: row.rule }
}

/** A release covers all failures that pause, whether or not the stored aggregate has been told yet. */
function afterRelease({ operations, releasedAt }: ApplyFacts): OperationsAggregate {
  if (releasedAt === null || operations.failedPausing === 0) return operations
  return {
    ...operations,
    failedPausing: 0,
    failedContinuable: operations.failedContinuable + operations.failedPausing,
    firstPausingFailurePosition: null,
  }
}
