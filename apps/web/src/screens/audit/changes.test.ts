import { expect, test } from 'vitest'
import { changesOf, factsOf } from './changes.ts'

test('what differs is told setting by setting, and the rest is not', () => {
  expect(
    changesOf({ name: 'a', url: 'x', deep: { n: 1, same: true } }, { name: 'b', url: 'x', deep: { n: 2, same: true } }),
  ).toEqual([
    { name: 'name', before: 'a', after: 'b' },
    { name: 'deep.n', before: '1', after: '2' },
  ])
})

test('what was not there has no before, and what is gone has no after', () => {
  expect(changesOf(null, { roles: ['viewer', 'operator'], none: null })).toEqual([
    { name: 'roles', before: null, after: 'viewer, operator' },
    { name: 'none', before: null, after: 'none' },
  ])
  expect(changesOf({ name: 'a' }, undefined)).toEqual([{ name: 'name', before: 'a', after: null }])
})

test('a detail is names and texts', () => {
  expect(factsOf({ sha: 'abc', targets: 3, list: [{ a: 1 }] })).toEqual([
    ['sha', 'abc'],
    ['targets', '3'],
    ['list', '[{"a":1}]'],
  ])
  expect(factsOf('text')).toEqual([])
})
