import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopApply } from '../applies/stop.ts'
import { completed, failed, type TestPlace, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import { type Outcome, settleOperation } from './settle.ts'
import { type Attempt, takeOperation } from './take.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const slugs = Array.from({ length: 30 }, (_, i) => `t${String(i).padStart(2, '0')}`)

/** Twenty of thirty operations in flight, each taken by one driver. */
async function inFlight(more: Record<string, unknown> = {}) {
  const place = await testPlace(world, slugs)
  const { id } = await place.start({ batchSize: 20, ...more })
  const attempts: Attempt[] = []
  for (const slug of slugs.slice(0, 20)) {
    attempts.push((await takeOperation(world.ctx, await place.operationId(id, slug), 'driver')) as Attempt)
  }
  return { place, id, attempts }
}

const settleAll = (attempts: readonly Attempt[], outcome: (i: number) => Outcome = () => completed) =>
  Promise.all(attempts.map((attempt, i) => settleOperation(world.ctx, attempt, outcome(i))))

/** The counters are those of the operations, and the changes are numbered without gaps. */
async function holdsTogether(id: string) {
  const apply = await world.store.db.apply.findUniqueOrThrow({ where: { id } })
  const groups = await world.store.db.operation.groupBy({ by: ['state'], where: { applyId: id }, _count: true })
  const of = (state: string) => groups.find((group) => group.state === state)?._count ?? 0
  expect(apply).toMatchObject({
    countPending: of('pending'),
    countRunning: of('running'),
    countCompleted: of('completed'),
    countOnNewBuild: of('completed'),
    countFailed: of('failed'),
    countStopped: of('stopped'),
  })
  const changes = await world.store.db.change.findMany({ where: { applyId: id }, orderBy: { seq: 'asc' } })
  expect(changes.map(({ seq }) => seq)).toEqual(Array.from({ length: apply.changeSeq }, (_, i) => i + 1))
  return { apply, changes }
}

async function goesOn(place: TestPlace, id: string) {
  await place.advance(id)
  return place.running(id)
}

describe('operations that end at the same time', () => {
  test('are all completed, counted and told of, and the apply goes on', async () => {
    const { place, id, attempts } = await inFlight()
    expect(await settleAll(attempts)).toEqual(attempts.map(() => true))
    const { apply, changes } = await holdsTogether(id)
    expect(apply).toMatchObject({ countCompleted: 20, state: 'running' })
    expect(changes.filter(({ kind }) => kind === 'operation.completed')).toHaveLength(20)
    expect(await goesOn(place, id)).toEqual(slugs.slice(20))
  })

  test('law 8: one that was taken over meanwhile is left alone, and does not keep the others', async () => {
    const { id, attempts } = await inFlight()
    const [first] = attempts as [Attempt]
    await takeOperation(world.ctx, first.operationId, 'another driver')
    expect(await settleAll(attempts)).toEqual(attempts.map((_, i) => i !== 0))
    expect((await holdsTogether(id)).apply).toMatchObject({ countCompleted: 19, countRunning: 1 })
  })

  test('each is written once, however often it is said', async () => {
    const { id, attempts } = await inFlight()
    const said = await settleAll([...attempts, ...attempts])
    expect(said.filter(Boolean)).toHaveLength(20)
    await holdsTogether(id)
  })

  test('law 2: a failure among them is not lost', async () => {
    const { place, id, attempts } = await inFlight()
    await settleAll(attempts, (i) => (i === 7 ? failed : completed))
    const { apply } = await holdsTogether(id)
    expect(apply).toMatchObject({ state: 'failed', settled: true, countCompleted: 19, countFailed: 1 })
    expect(await goesOn(place, id)).toEqual([])
  })

  test('the last ones turn the state of the apply', async () => {
    const { place, id, attempts } = await inFlight()
    await settleAll(attempts)
    await place.advance(id)
    const last: Attempt[] = []
    for (const slug of slugs.slice(20)) {
      last.push((await takeOperation(world.ctx, await place.operationId(id, slug), 'driver')) as Attempt)
    }
    await settleAll(last)
    const { apply } = await holdsTogether(id)
    expect(apply).toMatchObject({ state: 'completed', settled: true, releaseStatus: 'completed', countCompleted: 30 })
  })

  test('a stop that comes in between is heard', async () => {
    const { place, id, attempts } = await inFlight()
    await Promise.all([settleAll(attempts), stopApply(world.ctx, { id })])
    const { apply } = await holdsTogether(id)
    expect(apply).toMatchObject({ state: 'stopped', settled: true, countCompleted: 20, countStopped: 10 })
    expect(await goesOn(place, id)).toEqual([])
  })
})
