import { expect, it } from 'vitest'
import { nearest } from './suggest.ts'

const known = ['environment', 'component', 'batchSize', 'soakSeconds', 'onFailure', 'idempotencyKey']

it.each([
  ['batch_size', 'batchSize'],
  ['batchsize', 'batchSize'],
  ['soakSecond', 'soakSeconds'],
  ['enviroment', 'environment'],
  ['on-failure', 'onFailure'],
])('finds what %s was meant to be', (given, meant) => {
  expect(nearest(given, known)).toBe(meant)
})

it.each(['colour', 'x', '', '__proto__', 'environmentally-friendly-transport'])('suggests nothing for %s', (given) => {
  expect(nearest(given, known)).toBeNull()
})

it('stays cheap for absurd names', () => {
  expect(nearest('z'.repeat(1_000_000), known)).toBeNull()
})
