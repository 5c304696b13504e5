import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as services from '../index.ts'
import { ServiceError } from '../index.ts'
import { snapshot, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import type { Given } from './cases.ts'
import { componentBad, componentVerbs } from './components.cases.ts'
import { peopleBad, peopleVerbs } from './people.cases.ts'
import { rolloutBad, rolloutVerbs } from './rollouts.cases.ts'
import { secretBad, secretVerbs } from './secret.cases.ts'
import { trustBad, trustVerbs } from './trust.cases.ts'

let world: TestWorld
const given: Given = { environment: '', applyId: '', sha: '' }
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  const place = await testPlace(world, ['acme', 'borealis'])
  const { id: applyId } = await place.open({ requiresApproval: true })
  Object.assign(given, { environment: place.environment, applyId, sha: world.shas[2] })
})
afterAll(() => world.drop())

/** Every verb that takes input from outside, with input that it would understand, and what none of them can. */
const verbs = {
  ...rolloutVerbs(given),
  ...componentVerbs(given),
  ...peopleVerbs(),
  ...trustVerbs(given),
  ...secretVerbs(),
}
const bad = { ...rolloutBad, ...componentBad, ...peopleBad, ...trustBad, ...secretBad }

test('every verb that takes input is held to what follows', () => {
  const taking = Object.keys(services).filter((name) => name.endsWith('Input'))
  // a preview takes what an open takes
  const names = ['previewApply', ...taking.map((name) => name.replace(/Input$/, ''))]
  expect(Object.keys(verbs).toSorted()).toEqual(names.toSorted())
})

describe.each(Object.entries(verbs))('%s', (name, { verb, good }) => {
  test('refuses what it cannot understand, names the field, and changes nothing', async () => {
    const before = await snapshot(world.database)
    for (const [field, value, named] of bad[name] ?? []) {
      const error = await verb(world.ctx, { ...good(), [field]: value }).catch((error: unknown) => error)
      const given = `${field}: ${JSON.stringify(value)?.slice(0, 80)}`
      expect(error, given).toBeInstanceOf(ServiceError)
      expect(error, given).toMatchObject({ code: 'invalid', field: named, remedy: expect.stringMatching(/\w/) })
      const { message, details } = error as ServiceError
      expect(message.startsWith(`${named}: `), given).toBe(true)
      expect(message, given).not.toMatch(/Invalid input$|: $/)
      expect(details.length, given).toBeLessThanOrEqual(20)
    }
    expect(bad[name]?.length).toBeGreaterThan(0)
    expect(await snapshot(world.database)).toEqual(before)
  })

  test('refuses a field that it does not know, and says to leave it out', async () => {
    const error = await verb(world.ctx, { ...good(), colour: 'red' }).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'invalid', field: 'colour', remedy: 'Leave colour out.' })
  })

  test('refuses what is no object at all', async () => {
    for (const input of ['x', 7, [], true, ...(name === 'watchWorld' ? [] : [null])]) {
      await expect(verb(world.ctx, input)).rejects.toMatchObject({ code: 'invalid', field: 'body' })
    }
  })
})

describe('whatever JSON is given, the answer is a result or a ServiceError', () => {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\0', '\ud800', '', ' ', '__proto__', 'constructor', "'; drop table applies; --", '9'.repeat(400)),
    fc.constantFrom(Number.NaN, -0, 2 ** 31, 2 ** 63, -1, 1e308, Number.MIN_VALUE),
    fc.constantFrom(undefined, null, [], {}, [[]], new Date(0)),
  )

  test.each(Object.entries(verbs))('%s', async (_, { verb, good }) => {
    const known = [...new Set([...Object.keys(good()), ...(bad[_] ?? []).map(([field]) => field)])]
    // a good input of which some fields are odd gets further than any random object
    const input = fc.oneof(
      { weight: 1, arbitrary: odd },
      {
        weight: 4,
        arbitrary: fc
          .dictionary(fc.constantFrom(...known, 'cursor', 'state', 'images'), odd, { maxKeys: 3 })
          .map((given) => ({ ...good(), ...given })),
      },
    )
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        try {
          await verb(world.ctx, given)
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError)
          expect((error as ServiceError).remedy).not.toBe('')
        }
      }),
      { numRuns: 40 },
    )
  })
})
