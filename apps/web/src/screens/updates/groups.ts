import { type UpdateState, updateStates } from '@rollcall/rollout'
import { createParser, parseAsString } from 'nuqs'

/** Why an update is not further, in the order in which somebody should look: what needs a person first. */
export const updateGroups = {
  failed: { label: 'failed', states: ['failed'] },
  recorded: { label: 'recorded, not deployed', states: ['recorded', 'received'] },
  held: { label: 'held', states: ['held'] },
  waiting: { label: 'waiting', states: ['waiting'] },
  deploying: { label: 'deploying', states: ['deploying'] },
  deployed: { label: 'deployed, not observed', states: ['deployed'] },
  refused: { label: 'refused', states: ['refused'] },
  observed: { label: 'observed', states: ['observed'] },
  superseded: { label: 'superseded', states: ['superseded', 'unchanged'] },
} as const satisfies Record<string, { label: string; states: readonly UpdateState[] }>
export type UpdateGroup = keyof typeof updateGroups

export const groupNames = Object.keys(updateGroups) as UpdateGroup[]

export function groupOfState(state: UpdateState): UpdateGroup {
  return groupNames.find((name) => (updateGroups[name].states as readonly string[]).includes(state)) ?? 'recorded'
}

/** What the group adds up to. */
export function countOf(group: UpdateGroup, states: Record<UpdateState, number>): number {
  return updateGroups[group].states.reduce((sum, state) => sum + states[state], 0)
}

const parseAsGroup = createParser<UpdateGroup>({
  parse: (text) => (Object.hasOwn(updateGroups, text) ? (text as UpdateGroup) : null),
  serialize: (group) => group,
})

export const updateFilters = {
  why: parseAsGroup,
  environment: parseAsString,
  deploy: parseAsString,
  run: parseAsString,
  cursor: parseAsString,
}

/** Rows in groups, in the order of the groups; empty ones are left out. */
export function grouped<Row extends { state: UpdateState }>(
  rows: readonly Row[],
): { group: UpdateGroup; rows: Row[] }[] {
  return groupNames
    .map((group) => ({ group, rows: rows.filter(({ state }) => groupOfState(state) === group) }))
    .filter(({ rows }) => rows.length > 0)
}

export const noStates = Object.fromEntries(updateStates.map((state) => [state, 0])) as Record<UpdateState, number>
