import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from './testing/index.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())

test('a time is the same for Prisma and for SQL, also where the database lives in another time zone', async () => {
  const name = new URL(database.url).pathname.slice(1)
  await database.query(`alter database ${name} set timezone = 'Asia/Tokyo'`)
  const store = await database.open()
  const at = new Date('2026-03-01T12:00:00.123Z')
  await store.db.workerHeartbeat.create({ data: { id: 'wrk_1', startedAt: at, seenAt: at } })
  const [row] = await database.query<{ ms: string }>(
    'select extract(epoch from seen_at) * 1000 as ms from worker_heartbeats',
  )
  expect(Number(row?.ms)).toBe(at.getTime())
  expect(await store.db.workerHeartbeat.findUnique({ where: { id: 'wrk_1' } })).toMatchObject({ seenAt: at })
})

test('who stands still inside a transaction does not keep its locks for ever', async () => {
  const store = await database.open()
  const [row] = await store.db.$queryRaw<{ limit: string }[]>`
    select current_setting('idle_in_transaction_session_timeout') as limit`
  expect(row?.limit).toBe('15s')
})
