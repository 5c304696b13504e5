import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { advanceApply } from '../applies/advance.ts'
import { beginSweep } from '../fleet/sweep.ts'
import { askLeave } from '../operations/ask.ts'
import { heartbeatOperation } from '../operations/heartbeat.ts'
import { takeOperation } from '../operations/take.ts'
import { completed, driveTo, failed, snapshot, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import { activate, driverSilentSeconds, pruneChanges } from './activate.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())
beforeEach(async () => {
  // every test finds its own: what earlier ones left is out of sight
  await world.database.query('update applies set settled = true')
  await world.store.db.environment.updateMany({ data: { sweepSeconds: 86_400 } })
  await world.store.db.fleet.updateMany({ data: { sweepStartedAt: world.clock.now } })
  await loseAllJobs()
})

const loseAllJobs = () => world.database.query('delete from pgboss.job')
async function jobs(name: string): Promise<string[]> {
  const rows = await world.database.query<{ key: string }>(
    `select singleton_key as key from pgboss.job where name = $1 and state < 'active' order by 1`,
    [name],
  )
  return rows.map(({ key }) => key)
}

/** Does what the jobs say, as a worker would, and loses those that its work sends. */
async function workOff(outcome = completed) {
  const rows = await world.database.query<{ name: string; data: { applyId?: string; operationId?: string } }>(
    `select name, data from pgboss.job where start_after <= now() order by name`,
  )
  await loseAllJobs()
  for (const { name, data } of rows) {
    if (name === 'apply.advance' && data.applyId) await advanceApply(world.ctx, data.applyId)
    if (name === 'operation.drive' && data.operationId) await driveTo(world, data.operationId, outcome)
    await world.store.later.flush()
    await loseAllJobs()
  }
}

describe('law 10: activation finds what was lost', () => {
  test('an apply comes to its end though every single job of it is lost', async () => {
    const place = await testPlace(world, ['acme', 'borealis', 'cobalt', 'dune'])
    const { id } = await place.open({ canary: 'acme', soakSeconds: 100, batchSize: 2 })
    await loseAllJobs()
    for (let look = 0; look < 60; look++) {
      await activate(world.ctx)
      await workOff()
      world.clock.pass(5)
      const apply = await world.store.db.apply.findUniqueOrThrow({ where: { id } })
      if (apply.settled) break
    }
    expect(await world.store.db.apply.findUniqueOrThrow({ where: { id } })).toMatchObject({
      state: 'completed',
      settled: true,
      countCompleted: 4,
    })
    const attempts = await world.store.db.attempt.findMany({ where: { operation: { applyId: id } } })
    expect(attempts).toHaveLength(4)
  })

  test('the next apply of the lane begins though the job that should have told it was lost', async () => {
    const place = await testPlace(world, ['acme'])
    const first = await place.start()
    const second = await place.start()
    await driveTo(world, await place.operationId(first.id, 'acme'), completed)
    await loseAllJobs()
    world.clock.pass(60)
    await activate(world.ctx)
    expect(await jobs('apply.advance')).toEqual([second.id])
    await workOff()
    expect(await place.running(second.id)).toEqual(['acme'])
  })

  test('an operation whose driver fell silent is given to another one, with what is known of it', async () => {
    const place = await testPlace(world, ['acme', 'borealis'])
    const { id } = await place.start()
    const [acme, borealis] = [await place.operationId(id, 'acme'), await place.operationId(id, 'borealis')]
    const silent = await takeOperation(world.ctx, acme, 'silent')
    const living = await takeOperation(world.ctx, borealis, 'living')
    if (!silent || !living) throw new Error('there was nothing to take')
    await askLeave(world.ctx, silent)
    await loseAllJobs()
    world.clock.pass(driverSilentSeconds)
    await heartbeatOperation(world.ctx, living)
    await activate(world.ctx)
    expect(await jobs('operation.drive')).toEqual([])
    world.clock.pass(1)
    await activate(world.ctx)
    expect(await jobs('operation.drive')).toEqual([`${acme}:1`])
    expect(await takeOperation(world.ctx, acme, 'heir')).toMatchObject({ askedAt: silent.askedAt ?? expect.any(Date) })
  })

  test('an operation that nobody took is given out again', async () => {
    const place = await testPlace(world, ['acme'])
    const { id } = await place.start()
    await loseAllJobs()
    world.clock.pass(driverSilentSeconds + 1)
    expect(await activate(world.ctx)).toMatchObject({ operations: 1 })
    expect(await jobs('operation.drive')).toEqual([`${await place.operationId(id, 'acme')}:1`])
  })

  test('a fleet is called when its time has come, and not before', async () => {
    const place = await testPlace(world, [], { sweepSeconds: 60 })
    await loseAllJobs()
    expect(await activate(world.ctx)).toMatchObject({ sweeps: 1 })
    expect(await jobs('fleet.sweep')).toEqual([place.environmentId])
    await beginSweep(world.ctx, place.environmentId)
    await loseAllJobs()
    world.clock.pass(59)
    expect(await activate(world.ctx)).toMatchObject({ sweeps: 0 })
    world.clock.pass(1)
    expect(await activate(world.ctx)).toMatchObject({ sweeps: 1 })
  })
})

test('any number of workers may look at once: each finds the same, and one job of each kind waits', async () => {
  const place = await testPlace(world, ['acme', 'borealis'])
  const { id } = await place.start()
  await loseAllJobs()
  world.clock.pass(3_600)
  await Promise.all(Array.from({ length: 10 }, () => activate(world.ctx)))
  expect(await jobs('apply.advance')).toEqual([id])
  expect(await jobs('operation.drive')).toHaveLength(2)
})

test('where nothing was lost, nothing is written', async () => {
  const place = await testPlace(world, ['acme'])
  const { id } = await place.start()
  await place.driveAll(id, () => failed)
  await beginSweep(world.ctx, place.environmentId)
  await loseAllJobs()
  const before = await snapshot(world.database)
  expect(await activate(world.ctx)).toEqual({ applies: 0, operations: 0, sweeps: 0 })
  expect(await snapshot(world.database)).toEqual(before)
})

test('changes that nobody will resume from are forgotten, the newer ones are kept', async () => {
  const place = await testPlace(world, ['acme'])
  await place.start()
  const kept = await world.store.db.change.count()
  await world.store.db.change.createMany({
    data: [1, 2, 3].map(() => ({ kind: 'old', at: new Date(world.clock.now.getTime() - 15 * 86_400_000) })),
  })
  expect(await pruneChanges(world.ctx)).toBeGreaterThanOrEqual(3)
  expect(await world.store.db.change.count({ where: { kind: 'old' } })).toBe(0)
  expect(await world.store.db.change.count()).toBeLessThanOrEqual(kept)
  expect(await pruneChanges(world.ctx)).toBe(0)
})
