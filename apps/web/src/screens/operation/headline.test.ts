import { operationPhases, operationStates } from '@rollcall/rollout'
import { expect, test } from 'vitest'
import { headlineOf } from './headline.ts'

const told = {
  slug: 'initech',
  state: 'failed' as const,
  phase: null,
  toSha: '9c2e2b6'.padEnd(40, '0'),
  observedSha: 'a1f49d2'.padEnd(40, '0'),
  observedKind: 'sha',
  claim: 'Success, healthy',
}

test('a claim of success beside another build is told as such', () => {
  expect(headlineOf(told)).toBe('initech failed: success was claimed, but it answers a1f49d2.')
})
test('a failure without a claim says what was seen', () => {
  expect(headlineOf({ ...told, claim: null })).toBe('initech failed: it answers a1f49d2.')
  expect(headlineOf({ ...told, claim: null, observedSha: null, observedKind: 'wrong_service' })).toContain(
    'wrong service',
  )
})
test('every state and phase has a sentence that names the tenant and ends with a stop', () => {
  for (const state of operationStates) {
    for (const phase of [null, ...operationPhases]) {
      expect(headlineOf({ ...told, state, phase })).toMatch(/initech.*\.$/)
    }
  }
})
