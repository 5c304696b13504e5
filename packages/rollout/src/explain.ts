import type { ApplyStateRule, RolloutRuleId } from './aggregate.ts'
import type { ApplyFacts } from './facts.ts'
import { failureReasons, parseFailureReason } from './retry.ts'
import type { ProjectionRule, Standing } from './standing.ts'
import { onFailurePolicies } from './states.ts'
import { agree, capitalised, inWords, shortSha, tenants } from './words.ts'

/** One reason for the state: the id of the rule row that decided, and the sentence for people. */
export interface Clause {
  rule: string
  text: string
}

type Tell = (facts: ApplyFacts, standing: Standing) => string

const projectionTexts = {
  rejected: () => 'An approver rejected it.',
  superseded_before_start: () => 'A newer apply took its place in line before it started.',
  cancelled_before_start: () => 'It was cancelled before it started.',
  stopped_before_start: () => 'It was stopped before it started.',
  awaiting_approval: () => 'Its policy asks for approval, and nobody has approved it yet.',
  ended_early: (_, { operations: { counts } }) => {
    const left = counts.stopped + counts.cancelled + counts.rolled_back
    return `The straggler budget covers failures, but ${tenants(left)} ${agree(left, 'was', 'were')} ended early.`
  },
  nothing_proven: ({ sha }) => `Every operation ended, but no tenant has proved that it runs ${shortSha(sha)}.`,
} as const satisfies Record<Exclude<ProjectionRule, 'derived'>, Tell>

const failed = ({ operations: { counts } }: Standing) => capitalised(tenants(counts.failed))

const derivedTexts = {
  no_operations: () => 'It has no operations.',
  only_skipped: (_, { total }) => `A person skipped ${total === 1 ? 'its only tenant' : `all ${tenants(total)}`}.`,
  any_failed: (_, standing) => `${failed(standing)} failed.`,
  any_in_flight: (_, { inFlight }) => `${capitalised(tenants(inFlight))} ${agree(inFlight, 'is', 'are')} in progress.`,
  between_operations: (_, { operations: { counts } }) =>
    `It is between tenants: ${inWords(counts.completed)} done, ${inWords(counts.pending)} still to start.`,
  any_pending: (_, { operations: { counts } }) =>
    `${capitalised(tenants(counts.pending))} ${agree(counts.pending, 'has', 'have')} not started.`,
  any_stopped: (_, { operations: { counts } }) =>
    `${capitalised(tenants(counts.stopped))} ${agree(counts.stopped, 'was', 'were')} stopped.`,
  any_cancelled: (_, { operations: { counts } }) =>
    `${capitalised(tenants(counts.cancelled))} ${agree(counts.cancelled, 'was', 'were')} cancelled.`,
  any_rolled_back: (_, { operations: { counts } }) =>
    `${capitalised(tenants(counts.rolled_back))} ${agree(counts.rolled_back, 'was', 'were')} rolled back.`,
  all_completed: (_, { operations: { counts } }) =>
    `${capitalised(tenants(counts.completed))} answered with the new build.`,
  within_straggler_budget_done: ({ maxStragglers }, standing) =>
    `${failed(standing)} failed, within the straggler budget of ${inWords(maxStragglers)}.`,
  within_straggler_budget: ({ maxStragglers }, standing) =>
    `${failed(standing)} failed, within the straggler budget of ${inWords(maxStragglers)}, so the rest goes on.`,
  hard_failure: ({ onFailure }, { operations }) => {
    if ((operations.unknown ?? 0) > 0) return 'A tenant is in a state that is not known, which counts as failed.'
    if (operations.counts.failed === 0) return 'The count of its operations contradicts itself, which counts as failed.'
    return onFailure === 'pause' || onFailure === 'continue'
      ? `${capitalised(tenants(operations.failedHard))} failed under a policy that halts at once.`
      : 'Its policy is to halt at the first failure.'
  },
  pausing_failure: () => 'Its policy is to pause after a failure until a person releases the rest.',
  failed_and_done: (_, standing) => `${failed(standing)} failed and nothing is left to do.`,
  failed_and_moving: ({ releasedAt }) =>
    releasedAt === null
      ? 'The failure is on record; its policy lets the rest go on.'
      : 'The failure is on record; a person released the rest.',
} as const satisfies Record<ApplyStateRule | RolloutRuleId, Tell>

/** Why the apply is in its state: the row that decided first, then the facts that shaped it. */
export function becauseOf(facts: ApplyFacts, standing: Standing): Clause[] {
  const clauses: Clause[] = []
  const { projectedBy, derivedBy, operations, inFlight } = standing
  if (projectedBy !== 'derived')
    clauses.push({ rule: projectedBy, text: projectionTexts[projectedBy](facts, standing) })
  if (projectedBy === 'derived' || projectedBy === 'ended_early') {
    clauses.push({ rule: derivedBy, text: derivedTexts[derivedBy](facts, standing) })
  }
  if (facts.firstFailure !== null && operations.counts.failed > 0) {
    clauses.push({ rule: 'first_failure', text: firstFailureText(facts.firstFailure) })
  }
  if (operations.counts.failed > 0) clauses.push(...budgetClauses(facts, standing))
  if (!(onFailurePolicies as readonly string[]).includes(facts.onFailure)) {
    clauses.push({ rule: 'unknown_policy', text: `The policy "${facts.onFailure}" is not known and counts as halt.` })
  }
  if (standing.terminal && !standing.settled) {
    clauses.push({
      rule: 'not_settled',
      text: `${capitalised(tenants(inFlight))} ${agree(inFlight, 'is', 'are')} still in progress, so the lane stays taken.`,
    })
  }
  return clauses
}

function firstFailureText({ slug, reason }: NonNullable<ApplyFacts['firstFailure']>): string {
  const known = parseFailureReason(reason)
  return known === null ? `${slug} failed first in line.` : `${slug} failed: ${failureReasons[known].sentence}`
}

function budgetClauses({ maxStragglers }: ApplyFacts, { operations }: Standing): Clause[] {
  if (!(maxStragglers > 0)) return []
  if (operations.failedCanary > 0) {
    return [{ rule: 'canary_failed', text: 'The canary failed, and a canary never counts as a straggler.' }]
  }
  if (operations.counts.failed <= maxStragglers) return []
  return [
    {
      rule: 'budget_exceeded',
      text: `${capitalised(tenants(operations.counts.failed))} failed; the straggler budget is ${inWords(maxStragglers)}.`,
    },
  ]
}
