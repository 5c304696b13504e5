import { type ApplyState, applyStates } from '@rollcall/rollout'
import { createParser, parseAsString } from 'nuqs'

const isState = (text: string): text is ApplyState => (applyStates as readonly string[]).includes(text)

/** `state=failed,paused`: words that are no state are left out, and `droppedStates` says which they were. */
export const parseAsStates = createParser<ApplyState[]>({
  parse: (text) => {
    const states = [...new Set(text.split(',').filter(isState))]
    return states.length > 0 ? states : null
  },
  serialize: (states) => states.join(','),
  eq: (a, b) => a.join() === b.join(),
})

export function droppedStates(text: string | null): string[] {
  return (text ?? '').split(',').filter((word) => word !== '' && !isState(word))
}

export const applyFilters = {
  state: parseAsStates,
  environment: parseAsString,
  component: parseAsString,
  cursor: parseAsString,
}

/** States that people look for together. */
export const stateGroups = {
  waits: ['awaiting_approval', 'paused'],
  moves: ['pending', 'running', 'running_degraded'],
  failed: ['failed', 'rolled_back'],
  completed: ['completed', 'completed_with_stragglers'],
  ended: ['stopped', 'cancelled', 'rejected', 'superseded'],
} as const satisfies Record<string, readonly ApplyState[]>
export type StateGroup = keyof typeof stateGroups

export const groupLabels: Record<StateGroup, string> = {
  waits: 'waits for a person',
  moves: 'moves',
  failed: 'failed',
  completed: 'completed',
  ended: 'ended early',
}

/** The group that is exactly these states; null when they are a choice of one's own. */
export function groupOf(states: readonly ApplyState[] | null): StateGroup | null {
  if (states === null) return null
  const wanted = [...states].sort().join()
  const names = Object.keys(stateGroups) as StateGroup[]
  return names.find((name) => [...stateGroups[name]].sort().join() === wanted) ?? null
}
