import { afterAll, beforeAll, expect, test } from 'vitest'
import { completed, snapshot, type TestWorld, testPlace, testWorld, transient } from '../testing/index.ts'
import { advanceApply } from './advance.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const fleet = ['acme', 'borealis', 'cobalt', 'dune', 'elm']
const attempts = (applyId: string) => world.store.db.attempt.count({ where: { operation: { applyId } } })
const driveJobs = (applyId: string) =>
  world.database.query<{ key: string }>(
    `select j.singleton_key as key from pgboss.job j join operations o on o.id = j.data->>'operationId'
     where j.name = 'operation.drive' and o.apply_id = $1 order by 1`,
    [applyId],
  )

test('law 10: twenty advances at once start each operation once', async () => {
  const place = await testPlace(world, fleet)
  const { id } = await place.open({ batchSize: 3 })
  await Promise.all(Array.from({ length: 20 }, () => place.advance(id)))
  expect(await place.running(id)).toEqual(['acme', 'borealis', 'cobalt'])
  expect(await attempts(id)).toBe(3)
  expect(await driveJobs(id)).toHaveLength(3)
  expect(await world.store.db.apply.findUniqueOrThrow({ where: { id } })).toMatchObject({
    countPending: 2,
    countRunning: 3,
  })
})

test('law 10: an advance that finds nothing to do writes nothing', async () => {
  const place = await testPlace(world, fleet)
  const { id } = await place.start({ batchSize: 2 })
  const before = await snapshot(world.database)
  for (let i = 0; i < 3; i++) await place.advance(id)
  expect(await snapshot(world.database)).toEqual(before)
})

test('an advance of an apply that does not exist does nothing', async () => {
  await advanceApply(world.ctx, 'apl_none')
})

test('as many are in flight as the batch says, each that ends makes room for one', async () => {
  const place = await testPlace(world, fleet)
  const { id } = await place.start({ batchSize: 2 })
  const seen = [await place.running(id)]
  for (const slug of fleet) {
    await place.drive(id, slug, completed)
    seen.push(await place.running(id))
  }
  expect(seen).toEqual([['acme', 'borealis'], ['borealis', 'cobalt'], ['cobalt', 'dune'], ['dune', 'elm'], ['elm'], []])
})

test('an attempt that failed for now is tried again when its time has come, and keeps its place until then', async () => {
  const place = await testPlace(world, fleet, { maxAttempts: 3, retryBackoffSeconds: 10 })
  const { id } = await place.start({ batchSize: 1 })
  await place.drive(id, 'acme', transient)
  expect(await place.running(id)).toEqual([])
  const operation = () => world.store.db.operation.findFirstOrThrow({ where: { applyId: id, slug: 'acme' } })
  expect(await operation()).toMatchObject({
    state: 'failed_retryable',
    retryAt: new Date(world.clock.now.getTime() + 10_000),
    failureReason: 'transient',
  })
  world.clock.pass(9)
  await place.advance(id)
  expect(await place.running(id)).toEqual([])
  world.clock.pass(1)
  await place.advance(id)
  expect(await place.running(id)).toEqual(['acme'])
  await place.drive(id, 'acme', transient)
  // twice as long after the second attempt, and no third wait
  expect((await operation()).retryAt).toEqual(new Date(world.clock.now.getTime() + 20_000))
  world.clock.pass(20)
  await place.advance(id)
  await place.drive(id, 'acme', transient)
  expect(await operation()).toMatchObject({ state: 'failed', attemptCount: 3, retryAt: null })
})

test('what waits for a time has a job for that time, and a time at which it is looked at without one', async () => {
  const place = await testPlace(world, fleet)
  const { id } = await place.start({ canary: 'elm', soakSeconds: 7_200 })
  await place.drive(id, 'elm', completed)
  const soaksUntil = new Date(world.clock.now.getTime() + 7_200_000)
  const jobs = await world.database.query(
    `select 1 from pgboss.job where name = 'apply.advance' and data->>'applyId' = $1 and start_after = $2`,
    [id, soaksUntil],
  )
  expect(jobs).toHaveLength(1)
  const { wakeAt } = await world.store.db.apply.findUniqueOrThrow({ where: { id } })
  expect(wakeAt?.getTime()).toBeGreaterThan(world.clock.now.getTime())
  expect(wakeAt?.getTime()).toBeLessThanOrEqual(world.clock.now.getTime() + 60_000)
  world.clock.pass(7_199)
  await place.advance(id)
  expect(await place.running(id)).toEqual([])
  world.clock.pass(1)
  await place.advance(id)
  expect(await place.running(id)).toEqual(['acme', 'borealis', 'cobalt'])
})
