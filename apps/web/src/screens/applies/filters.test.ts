import { applyStates } from '@rollcall/rollout'
import { expect, test } from 'vitest'
import { droppedStates, groupOf, parseAsStates, stateGroups } from './filters.ts'

test('every state is in exactly one group', () => {
  expect(Object.values(stateGroups).flat().sort()).toEqual([...applyStates].sort())
})
test('states in the address are read once each, and unknown ones are left out and named', () => {
  expect(parseAsStates.parse('failed,paused,failed,gone')).toEqual(['failed', 'paused'])
  expect(droppedStates('failed,gone,x')).toEqual(['gone', 'x'])
  expect(droppedStates(null)).toEqual([])
})
test('an address with no known state filters nothing', () => {
  expect(parseAsStates.parse('gone')).toBeNull()
})
test('the order of the states does not change their group', () => {
  expect(groupOf(['paused', 'awaiting_approval'])).toBe('waits')
  expect(groupOf(['paused'])).toBeNull()
  expect(groupOf(null)).toBeNull()
})
