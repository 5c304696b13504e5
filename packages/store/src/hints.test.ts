import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Hints, openHints } from './hints.ts'
import { type TestDatabase, testDatabase } from './testing/index.ts'

let database: TestDatabase
const open: Hints[] = []
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(async () => {
  await Promise.all(open.map((hints) => hints.close()))
  await database.drop()
})

/** The hints of a process of its own. */
function hintsOf(): Hints {
  const hints = openHints(database.url)
  open.push(hints)
  return hints
}

/** Subscribes, and waits until a hint of the topic comes through. */
async function listening(hints: Hints, topic: string) {
  const heard = vi.fn()
  const end = hints.subscribe(topic, heard)
  await vi.waitFor(
    async () => {
      await database.query('select pg_notify($1, $2)', ['rollcall', JSON.stringify([topic])])
      expect(heard).toHaveBeenCalled()
    },
    { timeout: 5_000, interval: 30 },
  )
  const echo = vi.fn()
  const endEcho = hints.subscribe('echo', echo)
  await database.query(`select pg_notify('rollcall', '["echo"]')`)
  await vi.waitFor(() => expect(echo).toHaveBeenCalled(), 5_000)
  endEcho()
  heard.mockClear()
  return { heard, end }
}

const listeners = () =>
  database.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and query = 'listen rollcall'`,
  )

test('a hint reaches those in other processes who asked for its topic, and nobody else', async () => {
  const [here, there] = [hintsOf(), hintsOf()]
  const apply = await listening(there, 'apply:apl_1')
  const other = await listening(there, 'apply:apl_2')
  here.publish('apply:apl_1')
  await vi.waitFor(() => expect(apply.heard).toHaveBeenCalled(), 5_000)
  expect(other.heard).not.toHaveBeenCalled()
})

test('hints of one moment are gathered into one notification per topic', async () => {
  const hints = hintsOf()
  const { heard } = await listening(hints, 'apply:apl_1')
  const done = await listening(hints, 'done')
  for (let i = 0; i < 1_000; i++) hints.publish('apply:apl_1')
  hints.publish('done')
  await vi.waitFor(() => expect(done.heard).toHaveBeenCalled(), 5_000)
  expect(heard).toHaveBeenCalledTimes(1)
})

test('more topics than a notification can name become a hint for everyone', async () => {
  const hints = hintsOf()
  const { heard } = await listening(hints, 'apply:apl_nobody_named')
  for (let i = 0; i < 2_000; i++) hints.publish(`apply:apl_${i}`)
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1), 5_000)
})

test('a killed listen connection is made again, and everyone is told to look', async () => {
  const hints = hintsOf()
  const { heard } = await listening(hints, 'world')
  for (let round = 0; round < 2; round++) {
    heard.mockClear()
    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'rollcall hints'`,
    )
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), 5_000)
    heard.mockClear()
    hints.publish('world')
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), 5_000)
  }
})

test('what somebody else says on the channel is at most a reason to look', async () => {
  const hints = hintsOf()
  const { heard } = await listening(hints, 'world')
  await database.query(
    `select pg_notify('rollcall', 'not json'), pg_notify('rollcall', '{"a":1}'), pg_notify('rollcall', '')`,
  )
  await database.query(`select pg_notify('rollcall', '["world"]')`)
  await vi.waitFor(() => expect(heard).toHaveBeenCalled(), 5_000)
})

test('who has ended the subscription hears nothing more, and ending twice ends nobody else', async () => {
  const hints = hintsOf()
  const first = await listening(hints, 'world')
  const second = await listening(hints, 'world')
  first.end()
  first.end()
  first.heard.mockClear()
  hints.publish('world')
  await vi.waitFor(() => expect(second.heard).toHaveBeenCalled(), 5_000)
  expect(first.heard).not.toHaveBeenCalled()
})

test('closing while the connection is being made leaves no connection behind', async () => {
  await Promise.all(open.splice(0).map((hints) => hints.close()))
  const hints = openHints(database.url)
  hints.subscribe('world', () => {})
  await hints.close()
  await vi.waitFor(async () => expect(await listeners()).toEqual([]), 5_000)
  const early = openHints(database.url)
  early.publish('world')
  await early.close()
  early.publish('world')
  expect(await listeners()).toEqual([])
})
