import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Store } from '../store.ts'
import { type TestDatabase, testDatabase } from '../testing/index.ts'
import { transact } from '../transact.ts'
import { type ReadingRow, writeReadings } from './readings.ts'

let database: TestDatabase
let store: Store
beforeAll(async () => {
  database = await testDatabase()
  store = await database.open()
  await store.db.environment.create({
    data: { id: 'env_1', slug: 'e', name: 'e', fleets: { create: { id: 'env_1' } } },
  })
  await store.db.target.createMany({
    data: Array.from({ length: 50 }, (_, i) => ({
      id: `tgt_${i}`,
      environmentId: 'env_1',
      fleetId: 'env_1',
      slug: `t${i}`,
      position: i,
    })),
  })
})
afterAll(() => database.drop())
beforeEach(() => database.query('truncate current_readings, reading_history'))

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second))
const sha = (text: string) => text.repeat(40)

function reading(targetId: string, more: Partial<ReadingRow> = {}): ReadingRow {
  const none = { sha: null, reason: null, httpStatus: 200, detail: null, latencyMs: 3, at: at(0) }
  return { targetId, kind: 'sha', ...none, ...(more.kind ? {} : { sha: sha('a') }), ...more }
}

const write = (readings: ReadingRow[], options?: { always?: boolean }) =>
  writeReadings(store.db, 'cmp_1', readings, options)

/** where the rows lie and who wrote them: a row that was written again lies elsewhere */
const places = () =>
  database.query<{ target_id: string; ctid: string; xmin: string }>(
    'select target_id, ctid::text, xmin::text from current_readings order by target_id',
  )
const history = (targetId: string) =>
  store.db.readingHistory.findMany({
    where: { targetId },
    orderBy: { id: 'asc' },
    select: { kind: true, fromAt: true },
  })

test('law 15: a sweep writes only what changed', async () => {
  const all = Array.from({ length: 50 }, (_, i) => reading(`tgt_${i}`))
  expect(await write(all)).toHaveLength(50)
  const before = await places()
  expect(await write(all.map((row) => ({ ...row, at: at(10), latencyMs: 9, detail: 'other words' })))).toEqual([])
  expect(await places()).toEqual(before)
  expect(await write(all.map((row, i) => ({ ...row, at: at(20), ...(i === 7 ? { sha: sha('b') } : {}) })))).toEqual([
    'tgt_7',
  ])
  const after = await places()
  expect(after.filter((row, i) => row.ctid !== before[i]?.ctid).map((row) => row.target_id)).toEqual(['tgt_7'])
  expect(await store.db.readingHistory.count()).toBe(51)
})

test.each([
  ['kind', { kind: 'wrong_service' }],
  ['sha', { sha: sha('b') }],
  ['reason', { kind: 'unreachable', reason: 'timeout_read', httpStatus: null }],
  ['HTTP status', { httpStatus: 203 }],
] satisfies [string, Partial<ReadingRow>][])('another %s is a change', async (_, more) => {
  await write([reading('tgt_1')])
  expect(await write([reading('tgt_1', { ...more, at: at(5) })])).toEqual(['tgt_1'])
  expect(await history('tgt_1')).toHaveLength(2)
  const row = await store.db.currentReading.findFirstOrThrow()
  expect(row).toMatchObject({ at: at(5), since: at(5) })
})

test('an answer older than the stored one changes nothing', async () => {
  await write([reading('tgt_1', { at: at(10) })])
  const before = await places()
  for (const always of [false, true]) {
    expect(await write([reading('tgt_1', { at: at(9), sha: sha('b') })], { always })).toEqual([])
  }
  expect(await places()).toEqual(before)
  expect(await history('tgt_1')).toHaveLength(1)
})

test('an unchanged answer keeps since when it has been so; a driver may refresh its time', async () => {
  await write([reading('tgt_1')])
  expect(await write([reading('tgt_1', { at: at(30) })], { always: true })).toEqual([])
  const row = await store.db.currentReading.findFirstOrThrow()
  expect(row).toMatchObject({ at: at(30), since: at(0) })
  expect(await history('tgt_1')).toHaveLength(1)
})

test('the last build that was seen is kept while the target answers something else', async () => {
  await write([reading('tgt_1')])
  await write([reading('tgt_1', { kind: 'unreachable', reason: 'refused', at: at(5) })])
  expect(await store.db.currentReading.findFirstOrThrow()).toMatchObject({ sha: null, lastSha: sha('a') })
})

test('two who see the same change at once note it once in the history', async () => {
  for (let round = 0; round < 10; round++) {
    const ids = Array.from({ length: 20 }, (_, i) => `tgt_${i}`)
    const seen = (second: number) =>
      ids.map((id) => reading(id, { sha: sha('abcdef0123'[round] as string), at: at(round * 3 + second) }))
    const found = await Promise.all(
      // in opposite orders, as two sweeps come by them
      [seen(1), seen(2).reverse()].map((rows) => transact(store, ({ db }) => writeReadings(db, 'cmp_1', rows))),
    )
    expect(found.flat().toSorted()).toEqual(ids.toSorted())
    expect(await store.db.readingHistory.count()).toBe((round + 1) * 20)
  }
})

test('no readings cost nothing', async () => {
  expect(await write([])).toEqual([])
})
