import { afterAll, beforeAll, expect, test } from 'vitest'
import { completed, failed, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import { beatWorker } from '../work/activate.ts'
import { getLiveness, getOverview } from './overview.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

test('an overview of an empty world is an overview', async () => {
  const overview = await getOverview(world.ctx)
  expect(overview).toMatchObject({ headline: 'Nothing waits for you.', waiting: [], moving: [], recent: [], builds: 3 })
  expect(overview.environments).toMatchObject([{ slug: 'production', component: 'server', total: 0, builds: [] }])
})

test('what waits for a person comes first, then what moves, then what ended last', async () => {
  const open = async (more: Record<string, unknown>) => {
    world.clock.pass(60)
    const place = await testPlace(world, ['acme', 'borealis'])
    return { place, ...(await place.start({ batchSize: 1, ...more })) }
  }
  const moving = await open({})
  const paused = await open({ onFailure: 'pause' })
  const done = await open({})
  await done.place.driveAll(done.id, () => completed)
  const approval = await open({ requiresApproval: true })
  const broken = await open({})
  await broken.place.driveAll(broken.id, () => failed)
  await paused.place.drive(paused.id, 'acme', failed)
  await beatWorker(world.ctx, { id: 'wrk_1', startedAt: world.clock.now, draining: false })

  const overview = await getOverview(world.ctx)
  expect(overview.headline).toBe('Two rollouts wait for a person.')
  expect(overview.waiting.map(({ id, sentence }) => [id, sentence])).toEqual([
    [paused.id, 'One tenant waits because acme failed.'],
    [approval.id, 'Waiting for approval.'],
  ])
  expect(overview.waiting[0]?.waitingSince).toBe(world.clock.now.toISOString())
  expect(overview.waiting[1]?.waitingSince).toBe(approval.openedAt)
  expect(overview.moving.map(({ id }) => id)).toEqual([moving.id])
  expect(overview.recent.map(({ id }) => id)).toEqual([broken.id, done.id])
  const place = overview.environments.find(({ slug }) => slug === done.place.environment)
  expect(place).toMatchObject({ total: 2, verdicts: { fresh: 2 }, builds: [{ sha: world.shas[2], targets: 2 }] })
})

test('liveness tells the newest sign of life of a worker, and when it has been too long ago', async () => {
  world.clock.pass(3_600)
  await beatWorker(world.ctx, { id: 'wrk_2', startedAt: world.clock.now, draining: false })
  const seenAt = world.clock.now.toISOString()
  expect(await getLiveness(world.ctx)).toMatchObject({ workerSeenAt: seenAt, workerSilent: false, workers: 1 })
  world.clock.pass(20)
  expect(await getLiveness(world.ctx)).toMatchObject({ workerSilent: false })
  world.clock.pass(1)
  expect(await getLiveness(world.ctx)).toMatchObject({ workerSeenAt: seenAt, workerSilent: true, workers: 0 })
})

test('a worker that was silent for an hour is forgotten', async () => {
  world.clock.pass(3_601)
  await beatWorker(world.ctx, { id: 'wrk_3', startedAt: world.clock.now, draining: true })
  expect((await world.store.db.workerHeartbeat.findMany()).map(({ id, draining }) => [id, draining])).toEqual([
    ['wrk_3', true],
  ])
})
