import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { handleBuildinfo, handleHealth, handleReady, readOnly } from './health.ts'
import { testDeps } from './testing/deps.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world?.drop())

const nobody = (path: string, method = 'GET') => new Request(`http://rollcall.test${path}`, { method })
const ready = async (deps = testDeps({ store: world.store, clock: world.clock }).deps) => {
  const response = await handleReady(nobody('/readyz'), deps)
  return { status: response.status, body: await response.json() }
}

it('answers whoever asks that it lives and which build it is', async () => {
  const { deps } = testDeps()
  expect(handleHealth(nobody('/healthz')).status).toBe(200)
  expect(await handleBuildinfo(nobody('/buildinfo'), deps).json()).toEqual({
    service: 'rollcall',
    git_sha: 'dev',
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  })
})

it('is ready when the database has the schema, and tells whether a worker was seen', async () => {
  expect(await ready()).toMatchObject({ status: 200, body: { status: 'ready', database: 'ok', worker: 'never_seen' } })
  await world.database.query(`insert into worker_heartbeats (id, started_at, seen_at) values ('w', $1, $1)`, [
    world.clock.now,
  ])
  expect((await ready()).body.worker).toBe('seen')
  world.clock.pass(3_600)
  expect(await ready()).toMatchObject({ status: 200, body: { worker: 'silent' } })
})

it('is not ready without the schema or without the database, and keeps the cause to its log', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  await world.database.query('alter table worker_heartbeats rename to gone')
  const bare = await ready()
  await world.database.query('alter table gone rename to worker_heartbeats')
  expect(bare).toMatchObject({
    status: 503,
    body: { code: 'unavailable', remedy: 'Run the migrations of this version.' },
  })

  const { deps } = testDeps()
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' })
  const down = await ready({ ...deps, store: () => Promise.reject(refused) })
  expect(down.status).toBe(503)
  expect(JSON.stringify(down.body)).not.toContain('10.1.2.3')
})

it('refuses to be written to', async () => {
  const handle = readOnly(handleHealth)
  const post = await handle(nobody('/healthz', 'POST'), testDeps().deps)
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  expect((await handle(nobody('/healthz', 'OPTIONS'), testDeps().deps)).status).toBe(204)
})
