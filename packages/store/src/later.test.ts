import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Store } from './store.ts'
import { type TestDatabase, testDatabase } from './testing/index.ts'

let database: TestDatabase
let store: Store
beforeAll(async () => {
  database = await testDatabase()
  store = await database.open()
  await store.db.environment.create({ data: { id: 'env_1', slug: 'e', name: 'e' } })
  await store.db.component.create({ data: { id: 'cmp_1', slug: 'c', name: 'c' } })
  const build = { id: 'bld_1', componentId: 'cmp_1', sha: '', branch: '', tag: '', publishedBy: '' }
  await store.db.build.create({ data: { ...build, orderedAt: at } })
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.query('truncate applies, changes cascade')
  const apply = { environmentId: 'env_1', componentId: 'cmp_1', buildId: 'bld_1', planHash: '', onFailure: 'halt' }
  const policy = { batchSize: 1, soakSeconds: 0, requiresApproval: false, openedBy: '' }
  await store.db.apply.createMany({ data: ['apl_1', 'apl_2'].map((id) => ({ id, ...apply, ...policy })) })
})

const at = new Date('2026-03-01T12:00:00Z')
const note = (applyId: string, operationId: string, kind = 'operation.observed') =>
  store.later.note({ kind, applyId, operationId, at })
const told = () =>
  database
    .query('select apply_id, seq, kind, operation_id from changes order by apply_id, seq')
    .then((rows) => rows.map(Object.values))

test('what moved in one moment is told as one change of its apply, by name where it was one operation', async () => {
  for (let i = 0; i < 50; i++) note('apl_1', `op_${i}`)
  note('apl_2', 'op_a', 'operation.deploying')
  note('apl_2', 'op_a', 'operation.claimed')
  await store.later.flush()
  expect(await told()).toEqual([
    ['apl_1', 1, 'operations.moved', null],
    ['apl_2', 1, 'operation.claimed', 'op_a'],
  ])
  note('apl_1', 'op_1')
  await store.later.flush()
  expect((await told())[1]).toEqual(['apl_1', 2, 'operation.observed', 'op_1'])
})

test('what an end makes needless is not told any more', async () => {
  note('apl_1', 'op_1')
  note('apl_1', 'op_2')
  await store.later.dropNotes('op_1')
  await store.later.flush()
  expect(await told()).toEqual([['apl_1', 1, 'operation.observed', 'op_2']])
})

test('a job that is asked for many times is sent once', async () => {
  for (let i = 0; i < 20; i++) store.later.send({ name: 'apply.advance', data: { applyId: 'apl_1' }, key: 'apl_1' })
  await store.later.flush()
  const jobs = await database.query(`select singleton_key from pgboss.job where name = 'apply.advance'`)
  expect(jobs).toEqual([{ singleton_key: 'apl_1' }])
})

test('what has gathered is said before the store closes, and a database that is away harms nobody', async () => {
  const leaving = await database.open()
  leaving.later.note({ kind: 'operation.observed', applyId: 'apl_2', operationId: 'op_9', at })
  await leaving.close()
  expect(await told()).toEqual([['apl_2', 1, 'operation.observed', 'op_9']])
  leaving.later.note({ kind: 'operation.observed', applyId: 'apl_2', operationId: 'op_9', at })
  leaving.later.send({ name: 'apply.advance', data: { applyId: 'apl_2' }, key: 'apl_2' })
  await leaving.later.flush()
})
