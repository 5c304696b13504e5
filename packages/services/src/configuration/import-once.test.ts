import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { type TestWorld, testWorld } from '../testing/index.ts'
import { currentConfiguration } from './current.ts'
import { importConfiguration } from './import.ts'
import { importOnce } from './import-once.ts'

let world: TestWorld
let worker: Context
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  worker = { ...world.ctx, actor: { name: 'rollcall.yaml', via: 'worker' } }
})
afterAll(() => world.drop())

const file = (context: string) => `gates: [{ name: main, contexts: [${context}] }]`
const contexts = async () => (await currentConfiguration(world.store.db)).gates[0]?.contexts

test('a file is imported when it has changed, and what a person changed meanwhile stays until then', async () => {
  expect(await importOnce(worker, file('one'))).toMatchObject({ changed: true })
  expect(await importOnce(worker, file('one'))).toBeNull()
  await importConfiguration(world.ctx, { text: file('two') })
  expect(await importOnce(worker, file('one'))).toBeNull()
  expect(await contexts()).toEqual(['two'])
  expect(await importOnce(worker, file('three'))).toMatchObject({ changed: true })
  // what it said long ago is news again
  expect(await importOnce(worker, file('one'))).toMatchObject({ changed: true })
  expect(await contexts()).toEqual(['one'])
})

test('a file that a person imported by hand before is the same file', async () => {
  await importConfiguration(world.ctx, { text: file('four') })
  await importConfiguration(world.ctx, { text: file('five') })
  expect(await importOnce(worker, file('four'))).toBeNull()
  expect(await contexts()).toEqual(['five'])
})
