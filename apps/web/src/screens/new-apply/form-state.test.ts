import { expect, test } from 'vitest'
import { type FormState, formParsers, inputOf } from './form-state.ts'

const form: FormState = {
  environment: 'staging',
  component: 'workspace-server',
  sha: 'a'.repeat(40),
  targets: null,
  canary: null,
  batch: 3,
  soak: 60,
  onFailure: 'halt',
  stragglers: 0,
  approval: false,
  downgrade: false,
  unknownOrder: false,
}

test('the whole fleet is asked for by naming no targets', () => {
  expect(inputOf(form)).not.toHaveProperty('targets')
})
test('an empty choice stays an empty choice', () => {
  expect(inputOf({ ...form, targets: [] })?.targets).toEqual([])
  expect(formParsers.targets.parse('')).toEqual([])
})
test('nothing is asked before environment, component and build are chosen', () => {
  expect(inputOf({ ...form, sha: null })).toBeNull()
})
