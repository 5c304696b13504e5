import { type ApplyState, isOperationState, terminalOperationStates } from './states.ts'

/** One operation as the rollout rule sees it. `state` and `onFailure` may be text nobody knows: that fails closed. */
export interface RolloutChild {
  state: string
  onFailure: string
  released?: boolean
  canary?: boolean
}

/**
 * The state that the children alone add up to, whatever their order. First match wins.
 * Skipped children are ignored; no children is `pending`, only skipped ones is `cancelled`.
 * A state nobody knows counts as failed, so that it can never end up green.
 */
export function deriveApplyState(states: readonly string[]): ApplyState {
  if (states.length === 0) return 'pending'
  const counted = states.filter((state) => state !== 'skipped')
  if (counted.length === 0) return 'cancelled'
  const any = (...wanted: string[]) => counted.some((state) => wanted.includes(state))
  if (any('failed') || counted.some((state) => !isOperationState(state))) return 'failed'
  if (any('running', 'failed_retryable')) return 'running'
  // Between two operations nothing runs, yet the apply has clearly begun.
  if (any('pending')) return any('completed', 'rolled_back') ? 'running' : 'pending'
  if (any('stopped')) return 'stopped'
  if (any('cancelled')) return 'cancelled'
  if (any('rolled_back')) return 'rolled_back'
  return 'completed'
}

/**
 * The state of the apply under the policy of its children, given in rollout order. Only a `failed` base is modulated:
 * the policy decides how long the apply goes on, never whether the failure counts.
 * `maxStragglers` is a whole number, 0 when absent; anything else counts as 0.
 */
export function deriveRolloutApplyState(
  children: readonly RolloutChild[],
  options: { maxStragglers?: number } = {},
): ApplyState {
  const base = deriveApplyState(children.map((child) => child.state))
  if (base !== 'failed') return base

  const failed = children.filter((child) => countsAsFailed(child.state))
  const isOpen = (child: RolloutChild) => !countsAsFailed(child.state) && !isTerminal(child.state)
  const allTerminal = !children.some(isOpen)

  const budget = stragglerBudget(options?.maxStragglers)
  const tolerable = failed.every((child) => child.state === 'failed' && !isCanary(child))
  if (tolerable && failed.length >= 1 && failed.length <= budget) {
    return allTerminal ? 'completed_with_stragglers' : 'running_degraded'
  }

  if (failed.some((child) => classifyFailure(child) === 'hard')) return 'failed'
  const firstPausing = children.findIndex((child) => child.state === 'failed' && classifyFailure(child) === 'pausing')
  const holdsLaterWork = firstPausing >= 0 && children.slice(firstPausing + 1).some(isOpen)
  if (holdsLaterWork) return 'paused'
  return allTerminal ? 'failed' : 'running_degraded'
}

export type FailureClass = 'hard' | 'pausing' | 'continuable'

/**
 * How a failed child counts: continuable (`continue`, or `pause` and released), pausing (`pause`, not released), else
 * hard. A child whose state or policy is unknown, or that claims to be both, is hard.
 */
export function classifyFailure(child: RolloutChild): FailureClass {
  if (child.state !== 'failed') return 'hard'
  const { released = false } = child
  if (typeof released !== 'boolean' && released !== null) return 'hard'
  const claims = otherClaims(child)
  if (child.onFailure === 'continue' || (child.onFailure === 'pause' && released)) {
    return claims.pausing ? 'hard' : 'continuable'
  }
  if (child.onFailure === 'pause') return claims.continuable ? 'hard' : 'pausing'
  return 'hard'
}

/** A canary is never tolerated; a mark that is neither true, false nor absent is taken for one. */
export function isCanary(child: RolloutChild): boolean {
  const mark: unknown = child.canary
  return mark !== undefined && mark !== null && mark !== false
}

/** The straggler budget as a whole number of failures; anything unreadable is no budget at all. */
export function stragglerBudget(maxStragglers: unknown): number {
  return typeof maxStragglers === 'number' && Number.isSafeInteger(maxStragglers) && maxStragglers > 0
    ? maxStragglers
    : 0
}

function isTerminal(state: string): boolean {
  return (terminalOperationStates as ReadonlySet<string>).has(state)
}

function countsAsFailed(state: string): boolean {
  return state === 'failed' || !isOperationState(state)
}

// Callers that carry the policy as two flags next to the policy itself can contradict it (both set, or one against the
// policy). Such a child is a caller's mistake and must not keep a rollout going.
const continuableFlags = ['continue', 'continuable', 'continueOnFailure'] as const
const pausingFlags = ['pause', 'pausing', 'pauseOnFailure'] as const

function otherClaims(child: RolloutChild): { continuable: boolean; pausing: boolean } {
  const raised = (flags: readonly string[]) =>
    flags.some((flag) => Object.hasOwn(child, flag) && (child as unknown as Record<string, unknown>)[flag] === true)
  return { continuable: raised(continuableFlags), pausing: raised(pausingFlags) }
}
