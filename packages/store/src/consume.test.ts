import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type ConsumeOptions, type Consumer, consume } from './consume.ts'
import type { Store } from './store.ts'
import { type TestDatabase, testDatabase } from './testing/index.ts'
import { transact } from './transact.ts'

type Drive = ConsumeOptions<'operation.drive'>

let database: TestDatabase
let store: Store
const consumers: Consumer[] = []
beforeAll(async () => {
  database = await testDatabase()
  store = await database.open({ work: true })
})
afterAll(() => database.drop())
afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.drain(1_000)))
  await database.query('delete from pgboss.job')
})

function drive(options: Partial<Drive> & Pick<Drive, 'handle'>, by: Store = store): Consumer {
  const consumer = consume(by, { name: 'operation.drive', concurrency: 10, pollMilliseconds: 200, ...options })
  consumers.push(consumer)
  return consumer
}

const send = (ids: readonly string[], startAfter?: Date) =>
  transact(store, async (tx) => {
    const jobs = ids.map((operationId) => ({
      name: 'operation.drive' as const,
      data: { operationId },
      key: operationId,
      ...(startAfter ? { startAfter } : {}),
    }))
    tx.send(...jobs)
  })

const states = async () =>
  Object.fromEntries(
    (
      await database.query<{ state: string; n: number }>(
        `select state::text, count(*)::int n from pgboss.job where name = 'operation.drive' group by state`,
      )
    ).map(({ state, n }) => [state, n]),
  )

/** A handler that records what it is given and ends each job when told to. */
function held() {
  const started: string[] = []
  const endings = new Map<string, () => void>()
  const handle: Drive['handle'] = ({ operationId }) => {
    started.push(operationId)
    return new Promise((resolve) => void endings.set(operationId, resolve))
  }
  return { started, handle, end: (id: string) => endings.get(id)?.() }
}

test('jobs are taken once each, and are complete when their handler has ended', async () => {
  const taken: string[] = []
  const ids = Array.from({ length: 30 }, (_, i) => `op_${i}`)
  await send(ids)
  const handle: Drive['handle'] = async ({ operationId }) => void taken.push(operationId)
  drive({ handle, concurrency: 4 })
  drive({ handle, concurrency: 4 }, await database.open({ work: true }))
  await vi.waitFor(async () => expect(await states()).toEqual({ completed: 30 }), 5_000)
  expect(taken.toSorted()).toEqual(ids.toSorted())
})

test('no more jobs are at work than there is room for, and each that ends makes room', async () => {
  const { started, handle, end } = held()
  const consumer = drive({ handle, concurrency: 2 })
  await send(['op_1', 'op_2', 'op_3'])
  await vi.waitFor(() => expect(started).toHaveLength(2), 5_000)
  await store.boss.fetch('fleet.sweep') // a round trip later
  expect(started).toHaveLength(2)
  expect(consumer.active).toBe(2)
  end(started[0] as string)
  await vi.waitFor(() => expect(started).toHaveLength(3), 5_000)
  for (const id of started) end(id)
  await vi.waitFor(async () => expect(await states()).toEqual({ completed: 3 }), 5_000)
})

test('a hint brings a job at once, and without hints the poll finds it', async () => {
  const taken = vi.fn(async () => {})
  drive({ handle: taken, pollMilliseconds: 60_000 })
  await vi.waitFor(async () => {
    // whichever comes first: the listening or the sending
    await send(['op_hint'])
    expect(taken).toHaveBeenCalled()
  }, 5_000)
  vi.spyOn(store.hints, 'subscribe').mockReturnValue(() => {})
  const polled = vi.fn(async () => {})
  await Promise.all(consumers.splice(0).map((consumer) => consumer.drain(0)))
  drive({ handle: polled, pollMilliseconds: 100 })
  await send(['op_poll'])
  await vi.waitFor(() => expect(polled).toHaveBeenCalledWith({ operationId: 'op_poll' }, expect.anything()), 5_000)
})

test('a job for later is not taken before its time', async () => {
  const taken = vi.fn(async () => {})
  drive({ handle: taken, pollMilliseconds: 50 })
  await send(['op_later'], new Date(Date.now() + 600))
  await send(['op_now'])
  await vi.waitFor(() => expect(taken).toHaveBeenCalledTimes(1), 5_000)
  expect(taken).toHaveBeenCalledWith({ operationId: 'op_now' }, expect.anything())
  await vi.waitFor(() => expect(taken).toHaveBeenCalledTimes(2), 5_000)
})

test('a handler that throws, at once or later, is tried again and told of', async () => {
  const errors: unknown[][] = []
  let tries = 0
  drive({
    handle: (() => {
      tries += 1
      if (tries === 1) throw new Error('at once')
      return tries === 2 ? Promise.reject(new Error('later')) : Promise.resolve()
    }) as Drive['handle'],
    onError: (error, data) => void errors.push([error.message, data]),
  })
  await send(['op_1'])
  await vi.waitFor(async () => expect(await states()).toEqual({ completed: 1 }), 10_000)
  expect(tries).toBe(3)
  expect(errors).toEqual([
    ['at once', { operationId: 'op_1' }],
    ['later', { operationId: 'op_1' }],
  ])
})

test('drain takes no more, asks those at work to hand over, and another consumer goes on', async () => {
  const asked: string[] = []
  const leaving = drive({
    concurrency: 1,
    handle: ({ operationId }, signal) =>
      new Promise((_, reject) => {
        asked.push(operationId)
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      }),
  })
  await send(['op_1'])
  await vi.waitFor(() => expect(asked).toEqual(['op_1']), 5_000)
  await leaving.drain(5_000)
  expect(leaving.active).toBe(0)
  await send(['op_2'])
  const taken: string[] = []
  drive({ handle: async ({ operationId }) => void taken.push(operationId) })
  await vi.waitFor(() => expect(taken.toSorted()).toEqual(['op_1', 'op_2']), 10_000)
  expect(asked).toEqual(['op_1'])
})

test('drain waits for a handler that comes to its end, and hands over the one that takes longer than its grace', async () => {
  const { started, handle, end } = held()
  const consumer = drive({ handle })
  await send(['op_1', 'op_2'])
  await vi.waitFor(() => expect(started).toHaveLength(2), 5_000)
  const draining = consumer.drain(300)
  end('op_1')
  await draining
  expect(consumer.active).toBe(1)
  expect(await states()).toEqual({ completed: 1, retry: 1 })
  // it is somebody else's now, also when it comes to its end here after all
  end('op_2')
  const taken: string[] = []
  drive({ handle: async ({ operationId }) => void taken.push(operationId) })
  await vi.waitFor(() => expect(taken).toEqual(['op_2']), 10_000)
  await vi.waitFor(async () => expect(await states()).toEqual({ completed: 2 }), 5_000)
})

test("a dead consumer's job is taken over by another one, and a living one's heartbeat keeps it", async () => {
  const script = join(tmpdir(), `rollcall-consume-${process.pid}.mjs`)
  const here = (file: string) => JSON.stringify(join(import.meta.dirname, file))
  await writeFile(
    script,
    `import { consume } from ${here('consume.ts')}
     import { openStore } from ${here('store.ts')}
     const store = await openStore({ url: process.argv[2], work: true })
     consume(store, { name: 'operation.drive', concurrency: 1, handle: (job) => {
       process.send(job.operationId)
       return new Promise(() => {})
     } })`,
  )
  await send(['op_dead'])
  const dying = fork(script, [database.url], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  expect(await once(dying, 'message')).toEqual(['op_dead', undefined])
  const living = held()
  drive({ handle: living.handle, concurrency: 1 })
  await send(['op_alive'])
  await vi.waitFor(() => expect(living.started).toEqual(['op_alive']), 5_000)
  dying.kill('SIGKILL')
  await once(dying, 'exit')
  const taken: string[] = []
  drive({ handle: async ({ operationId }) => void taken.push(operationId) }, await database.open({ work: true }))
  // ten seconds without a heartbeat are what it takes
  const age = (id: string, seconds: number) =>
    database.query<{ heartbeat: Date }>(
      `update pgboss.job set heartbeat_on = heartbeat_on - make_interval(secs => $2)
       where state = 'active' and data->>'operationId' = $1 returning heartbeat_on as heartbeat`,
      [id, seconds],
    )
  await age('op_dead', 10)
  const [before] = await age('op_alive', 5)
  await vi.waitFor(() => expect(taken).toEqual(['op_dead']), { timeout: 20_000, interval: 100 })
  await vi.waitFor(async () => {
    const [now] = await age('op_alive', 0)
    expect(now?.heartbeat.getTime()).toBeGreaterThan((before?.heartbeat.getTime() ?? 0) + 5_000)
  }, 10_000)
  expect(living.started).toEqual(['op_alive'])
  living.end('op_alive')
  await vi.waitFor(async () => expect(await states()).toEqual({ completed: 2 }), 5_000)
})
