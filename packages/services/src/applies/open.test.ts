import { afterAll, beforeAll, expect, test } from 'vitest'
import { driveTo, type TestWorld, testWorld } from '../testing/index.ts'
import { advanceApply } from './advance.ts'
import { openApply } from './open.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: ['acme', 'borealis', 'cobalt'] })
})
afterAll(() => world.drop())

test('an apply that is opened, advanced and driven to proof completes, canary first', async () => {
  const { apply } = await openApply(world.ctx, {
    environment: 'production',
    component: 'server',
    sha: world.shas[1],
    canary: 'borealis',
    soakSeconds: 30,
    batchSize: 2,
  })
  expect(apply.state).toBe('pending')
  await advanceApply(world.ctx, apply.id)
  const running = () =>
    world.store.db.operation.findMany({ where: { applyId: apply.id, state: 'running' }, orderBy: { position: 'asc' } })
  expect((await running()).map(({ slug }) => slug)).toEqual(['borealis'])
  for (const { id } of await running()) await driveTo(world, id, { state: 'completed' })
  await advanceApply(world.ctx, apply.id)
  expect(await running()).toEqual([])
  world.clock.pass(31)
  await advanceApply(world.ctx, apply.id)
  expect((await running()).map(({ slug }) => slug)).toEqual(['acme', 'cobalt'])
  for (const { id } of await running()) await driveTo(world, id, { state: 'completed' })
  const done = await world.store.db.apply.findUniqueOrThrow({ where: { id: apply.id } })
  expect(done).toMatchObject({
    state: 'completed',
    settled: true,
    releaseStatus: 'completed',
    countCompleted: 3,
    countRunning: 0,
  })
})
