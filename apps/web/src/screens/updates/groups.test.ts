import { updateStates } from '@rollcall/rollout'
import { expect, test } from 'vitest'
import { countOf, grouped, groupNames, groupOfState, noStates, updateGroups } from './groups.ts'

test('every state of an update has its place in exactly one group', () => {
  const placed = groupNames.flatMap((name) => updateGroups[name].states as readonly string[])
  expect(placed.toSorted()).toEqual([...updateStates].toSorted())
  for (const state of updateStates) expect(updateGroups[groupOfState(state)].states).toContain(state)
})

test('rows come in the order of the groups, and within one in their own', () => {
  const rows = (['observed', 'failed', 'observed', 'unchanged'] as const).map((state, at) => ({ state, at }))
  expect(grouped(rows).map(({ group, rows }) => [group, rows.map(({ at }) => at)])).toEqual([
    ['failed', [1]],
    ['observed', [0, 2]],
    ['superseded', [3]],
  ])
})

test('a group counts all of its states', () => {
  expect(countOf('superseded', { ...noStates, superseded: 2, unchanged: 3, failed: 9 })).toBe(5)
})
