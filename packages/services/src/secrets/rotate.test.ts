import { randomBytes } from 'node:crypto'
import type { Store } from '@rollcall/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { type TestWorld, testWorld } from '../testing/index.ts'
import { readSecretKeys, rotateSecrets, secretFor, setSecret } from './index.ts'

const [older, current] = [randomBytes(32), randomBytes(32)].map((bytes) => bytes.toString('base64'))
const both = readSecretKeys({ ROLLCALL_SECRET_KEY: current, ROLLCALL_SECRET_KEY_PREVIOUS: older })
const origin = 'https://cp.example.com:443'
const [first, second] = ['ROLLCALL_CP_TOKEN_A', 'ROLLCALL_CP_TOKEN_B']

let world: TestWorld
/** A process that was not given the current key yet. */
let behind: Context
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  behind = { ...world.ctx, keys: readSecretKeys({ ROLLCALL_SECRET_KEY: older }) }
})
afterAll(() => world.drop())

const store = (name: string, value: string) => setSecret(behind, { name, value, origins: [origin] })
const sentValue = (name: string) =>
  secretFor(world.ctx, { keys: readSecretKeys({ ROLLCALL_SECRET_KEY: current }), variables: {} }, name, [origin])

/** Rotates while somebody does something right after each look at what is stored. */
function rotateWhile(meanwhile: (look: number) => Promise<unknown>) {
  let looks = 0
  const secret = new Proxy(world.store.db.secret, {
    get: (table, key) =>
      key !== 'findMany'
        ? Reflect.get(table, key)
        : async (asked: object) => {
            const rows = await table.findMany(asked)
            await meanwhile(++looks)
            return rows
          },
  })
  const db = new Proxy(world.store.db, { get: (all, key) => (key === 'secret' ? secret : Reflect.get(all, key)) })
  const watched = Object.create(world.store, { db: { value: db } }) as Store
  return rotateSecrets({ ...world.ctx, store: watched, keys: both })
}

test('what is stored with the older key meanwhile is encrypted anew, too, whoever was faster', async () => {
  await store(first, 'value-1')
  const told = await rotateWhile(async (look) => {
    // one that was read already, and one that nobody has seen yet
    if (look === 1) await store(first, 'value-2')
    if (look === 2) await store(second, 'value-3')
  })
  expect(told).toMatchObject({ rotated: [first, second], kept: [], unreadable: [], left: [] })
  expect(await sentValue(first)).toEqual({ value: 'value-2' })
  expect(await sentValue(second)).toEqual({ value: 'value-3' })
})

test('what is under the older key again each time is named and not called done', async () => {
  await store(second, 'value-3')
  const told = await rotateWhile(() => store(second, 'value-4'))
  expect(told).toMatchObject({ rotated: [], kept: [first], unreadable: [], left: [second] })
})
