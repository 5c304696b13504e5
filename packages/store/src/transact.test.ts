import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Store } from './store.ts'
import { type TestDatabase, testDatabase } from './testing/index.ts'
import { transact } from './transact.ts'

let database: TestDatabase
let store: Store
beforeAll(async () => {
  database = await testDatabase()
  store = await database.open()
  await database.query('create table pair (id int primary key, n int not null)')
})
afterAll(() => database.drop())
beforeEach(() => database.query('insert into pair values (1, 0), (2, 0) on conflict (id) do update set n = 0'))

const jobs = (name: string) =>
  database.query<{ data: unknown; singleton_key: string }>(
    'select data, singleton_key from pgboss.job where name = $1 order by singleton_key',
    [name],
  )

test('two transactions that lock in opposite order both commit: the one PostgreSQL gave up is tried again', async () => {
  let met = 0
  let bothHold = () => {}
  const meeting = new Promise<void>((resolve) => {
    bothHold = resolve
  })
  const tries = [0, 0]
  const cross = (who: 0 | 1, first: number, second: number) =>
    transact(store, async ({ db }) => {
      tries[who] = (tries[who] ?? 0) + 1
      await db.$executeRaw`update pair set n = n + 1 where id = ${first}`
      // both hold one row before either asks for the other one
      if (++met === 2) bothHold()
      await meeting
      await db.$executeRaw`update pair set n = n + 1 where id = ${second}`
    })
  await Promise.all([cross(0, 1, 2), cross(1, 2, 1)])
  expect(tries.toSorted()).toEqual([1, 2])
  expect(await database.query('select n from pair')).toEqual([{ n: 2 }, { n: 2 }])
})

test('a serialization failure is tried again', async () => {
  let tries = 0
  await transact(store, async ({ db }) => {
    tries += 1
    if (tries === 1) await db.$executeRawUnsafe("do $$ begin raise exception 'x' using errcode = '40001'; end $$")
    await db.$executeRaw`update pair set n = n + 1 where id = 1`
  })
  expect(tries).toBe(2)
  expect(await database.query('select n from pair where id = 1')).toEqual([{ n: 1 }])
})

test('any other error is thrown at once', async () => {
  let tries = 0
  const failing = transact(store, async ({ db }) => {
    tries += 1
    await db.$executeRaw`update pair set n = n / 0`
  })
  await expect(failing).rejects.toThrow(/division by zero/)
  expect(tries).toBe(1)
})

test('jobs are sent if and only if the transaction commits', async () => {
  const sent = transact(store, async ({ send }) => {
    send({ name: 'fleet.sweep', data: { fleetId: 'env_a' }, key: 'env_a' })
    throw new Error('changed my mind')
  })
  await expect(sent).rejects.toThrow('changed my mind')
  expect(await jobs('fleet.sweep')).toEqual([])
  await transact(store, async ({ db, send }) => {
    send({ name: 'fleet.sweep', data: { fleetId: 'env_a' }, key: 'env_a' })
    send({ name: 'fleet.sweep', data: { fleetId: 'env_b' }, key: 'env_b' })
    await db.$executeRaw`update pair set n = 7 where id = 1`
    expect(await jobs('fleet.sweep')).toEqual([])
  })
  expect(await jobs('fleet.sweep')).toEqual([
    { data: { fleetId: 'env_a' }, singleton_key: 'env_a' },
    { data: { fleetId: 'env_b' }, singleton_key: 'env_b' },
  ])
})

test('a transaction that is tried again sends its jobs once', async () => {
  let tries = 0
  await transact(store, async ({ db, send }) => {
    tries += 1
    send({ name: 'operation.drive', data: { operationId: `op_${tries}` }, key: `op_${tries}` })
    if (tries < 3) await db.$executeRawUnsafe("do $$ begin raise exception 'x' using errcode = '40P01'; end $$")
  })
  expect(await jobs('operation.drive')).toEqual([{ data: { operationId: 'op_3' }, singleton_key: 'op_3' }])
})

test('of one key one job waits in line, however many transactions ask for it at once', async () => {
  const ask = () =>
    transact(store, async ({ send }) => {
      const job = { name: 'apply.advance' as const, data: { applyId: 'apl_1' }, key: 'apl_1' }
      send(job, job)
    })
  await Promise.all(Array.from({ length: 10 }, ask))
  expect(await jobs('apply.advance')).toHaveLength(1)
})

test('hints go out after the commit, once per topic, and none after a rollback', async () => {
  const publish = vi.spyOn(store.hints, 'publish')
  await transact(store, async ({ hint, send }) => {
    hint('apply:apl_1')
    hint('apply:apl_1')
    send({ name: 'fleet.sweep', data: { fleetId: 'env_c' }, key: 'env_c' })
    send({
      name: 'fleet.sweep',
      data: { fleetId: 'env_d' },
      key: 'env_d',
      startAfter: new Date(Date.now() + 9e6),
    })
    expect(publish).not.toHaveBeenCalled()
  })
  expect(publish.mock.calls.flat().toSorted()).toEqual(['apply:apl_1', 'jobs:fleet.sweep'])
  publish.mockClear()
  const refused = transact(store, async ({ hint }) => {
    hint('world')
    throw new Error('no')
  })
  await expect(refused).rejects.toThrow('no')
  expect(publish).not.toHaveBeenCalled()
})
