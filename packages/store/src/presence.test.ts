import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { findAbsentWorkers, holdPresence } from './presence.ts'
import type { Store } from './store.ts'
import { type TestDatabase, testDatabase } from './testing/index.ts'

let database: TestDatabase
let store: Store
beforeAll(async () => {
  database = await testDatabase()
  store = await database.open()
})
afterAll(() => database.drop())

const minuteAgo = () => new Date(Date.now() - 60_000)
const absent = (before = new Date()) => findAbsentWorkers(store, before)

async function seen(id: string) {
  await store.db.workerHeartbeat.create({ data: { id, startedAt: minuteAgo(), seenAt: minuteAgo() } })
}

test('a worker is absent once its connection is gone, and not before', async () => {
  await seen('wrk_1')
  await seen('wrk_2')
  const [first, second] = await Promise.all([holdPresence(database.url, 'wrk_1'), holdPresence(database.url, 'wrk_2')])
  expect(await absent()).toEqual([])
  await first.close()
  await vi.waitFor(async () => expect(await absent()).toEqual(['wrk_1']), 5_000)
  await second.close()
})

test('a worker that only lost its connection takes its lock again', async () => {
  await seen('wrk_3')
  const presence = await holdPresence(database.url, 'wrk_3')
  const ended = await database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'rollcall presence'`,
  )
  expect(ended.length).toBeGreaterThan(0)
  await vi.waitFor(async () => expect(await absent()).not.toContain('wrk_3'), 5_000)
  await presence.close()
})

test('a worker that was seen a moment ago is not called absent', async () => {
  await seen('wrk_4')
  expect(await absent()).toContain('wrk_4')
  expect(await absent(new Date(Date.now() - 120_000))).not.toContain('wrk_4')
})
