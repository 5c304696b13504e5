import { pushed, ringSize, type Slot, snapshotOf } from '../receive/slot.ts'
import type { RollbackPlan } from './plan.ts'
import type { EnvironmentState, Recorded } from './state.ts'

/**
 * What is recorded of the environment once the rollback is done. The whole environment takes all its own deploys along,
 * is marked as rolled back and remembers what was live; a single deployable moves alone. A plan that changes nothing
 * gives back the very same state.
 */
export function applyRollback(
  state: EnvironmentState,
  plan: RollbackPlan,
  by: { now: Date; actor: string },
): EnvironmentState {
  if (plan.noOp) return state
  const { deployable } = plan.target
  const target: Recorded = { sha: plan.target.sha, version: plan.target.version }
  if (deployable !== null && Object.hasOwn(state.external, deployable)) {
    const slot = rollbackSlot(state.external[deployable] as Slot, target.sha, by)
    return { ...state, external: { ...state.external, [deployable]: slot } }
  }
  if (deployable !== null) return { ...state, deploys: { ...state.deploys, [deployable]: target } }
  const { sha, version, deploys } = state
  return {
    ...state,
    ...target,
    deploys: Object.fromEntries(Object.keys(deploys).map((name) => [name, target])),
    ref: `rollback/${plan.environment}`,
    baseSha: sha,
    patches: [],
    previous: sha === '' ? state.previous : [{ sha, version, deploys }, ...state.previous].slice(0, ringSize),
  }
}

/**
 * An external slot back at an entry of its own ring, with that entry's repository, version and artifacts. What it leaves
 * goes to the head of the ring. Throws a TypeError for a commit that the ring does not hold.
 */
export function rollbackSlot(slot: Slot, sha: string, { now, actor }: { now: Date; actor: string }): Slot {
  if (slot.sha === sha) return slot
  const entry = slot.previous.find((one) => one.sha === sha)
  if (entry === undefined) throw new TypeError('the ring of this slot does not hold that commit')
  return { ...snapshotOf(slot), ...entry, recordedAt: now, recordedBy: actor, previous: pushed(slot, sha) }
}

/**
 * Whether a rollback may be recorded: nothing in its scope failed or was cancelled, and something in it succeeded.
 * Skipped is no success, and a result nobody knows is a failure.
 */
export function mayRecord(results: Readonly<Record<string, string>>, deployable: string | null = null): boolean {
  const inScope = Object.entries(results).filter(([name]) => deployable === null || name === deployable)
  const isHarmless = (result: string) => result === 'success' || result === 'skipped'
  return inScope.every(([, result]) => isHarmless(result)) && inScope.some(([, result]) => result === 'success')
}
