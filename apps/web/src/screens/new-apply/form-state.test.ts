import { expect, test } from 'vitest'
import { type FormState, formParsers, inputOf } from './form-state.ts'

const form: FormState = {
  environment: 'staging',
  component: 'workspace-server',
  sha: 'a'.repeat(40),
  targets: null,
  canary: null,
  batch: null,
  soak: null,
  onFailure: null,
  stragglers: null,
  approval: null,
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
test('how it goes is left to the policy until it is said, and no canary is something that can be said', () => {
  const asked = (more: Partial<FormState>) => JSON.parse(JSON.stringify(inputOf({ ...form, ...more })))
  expect(Object.keys(asked({})).toSorted()).toEqual([
    ...['allowDowngrade', 'allowUnknownOrder', 'component', 'environment', 'sha'],
  ])
  expect(asked({ batch: 3, approval: false })).toMatchObject({ batchSize: 3, requiresApproval: false })
  expect(asked({ canary: '' }).canary).toBeNull()
  expect(asked({ canary: 'acme' }).canary).toBe('acme')
})
