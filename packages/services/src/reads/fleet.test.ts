import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineComponent } from '../components/define.ts'
import { beginSweep, endSweep, recordEnumeration, recordReadings } from '../fleet/sweep.ts'
import { askLeave } from '../operations/ask.ts'
import { takeOperation } from '../operations/take.ts'
import {
  completed,
  failed,
  shaReading,
  type TestPlace,
  type TestWorld,
  testPlace,
  testWorld,
} from '../testing/index.ts'
import { getFleet } from './fleet.ts'
import { getTarget } from './target.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const newest = () => world.shas[2]
const fleetOf = ({ environment }: TestPlace) => getFleet(world.ctx, { environment })
async function verdictsOf(place: TestPlace): Promise<Record<string, string>> {
  return Object.fromEntries((await fleetOf(place)).targets.map(({ slug, verdict }) => [slug, verdict]))
}
/** A roll call in which nobody answers anything new. */
async function sweep({ environmentId }: TestPlace) {
  const startedAt = world.clock.now
  await beginSweep(world.ctx, environmentId)
  await endSweep(world.ctx, environmentId, {
    outcome: 'enumerated',
    detail: null,
    found: 1,
    answered: 1,
    startedAt,
    changed: 0,
  })
}

test('every target has the verdict of what it answered beside what it was asked to run', async () => {
  const slugs = ['fresh', 'stale', 'ahead', 'settling', 'unreachable', 'unhealthy', 'html', 'unstamped', 'never']
  const place = await testPlace(world, slugs)
  const { id } = await place.start({ batchSize: 20, onFailure: 'continue', sha: world.shas[1] })
  for (const slug of slugs) {
    const attempt = await takeOperation(world.ctx, await place.operationId(id, slug), 'test')
    if (attempt) await askLeave(world.ctx, attempt)
    if (slug !== 'settling') await place.drive(id, slug, slug === 'fresh' ? completed : failed)
  }
  world.clock.pass(1)
  await place.answer(['ahead'], { kind: 'sha', sha: newest() })
  await place.answer(['unreachable'], { kind: 'unreachable', reason: 'timeout_read', httpStatus: null })
  await place.answer(['unhealthy'], { kind: 'unhealthy', httpStatus: 500 })
  await place.answer(['html'], { kind: 'wrong_service', detail: 'text/html' })
  await place.answer(['unstamped'], { kind: 'unstamped' })
  await world.database.query(`delete from current_readings where target_id in
    (select id from targets where slug = 'never' and environment_id = '${place.environmentId}')`)

  const fleet = await fleetOf(place)
  expect(Object.fromEntries(fleet.targets.map(({ slug, verdict }) => [slug, verdict]))).toEqual({
    fresh: 'fresh',
    stale: 'stale',
    ahead: 'ahead',
    settling: 'settling',
    unreachable: 'unreachable',
    unhealthy: 'unhealthy',
    html: 'wrong_service',
    unstamped: 'unstamped',
    never: 'never_seen',
  })
  expect(fleet.targets.map(({ slug }) => slug)).toEqual(slugs)
  expect(fleet.verdicts).toMatchObject({ fresh: 1, stale: 1, ahead: 1, settling: 1, never_seen: 1, unknown: 0 })
  expect(fleet.targets.every((target) => target.expectedSha === world.shas[1] && target.applyId === id)).toBe(true)
  for (const { reason } of fleet.targets) expect(reason).toMatch(/^[A-Z].*\.$/)
  expect(fleet).toMatchObject({ environment: place.environment, component: 'server' })
})

test('settling is over when its time is, also if nobody settles the operation', async () => {
  const place = await testPlace(world, ['acme'], { redeployTimeoutSeconds: 10, settleBudgetSeconds: 20 })
  const { id } = await place.start()
  const attempt = await takeOperation(world.ctx, await place.operationId(id, 'acme'), 'test')
  expect((await verdictsOf(place)).acme).toBe('unknown')
  if (attempt) await askLeave(world.ctx, attempt)
  world.clock.pass(29)
  expect((await verdictsOf(place)).acme).toBe('settling')
  world.clock.pass(1)
  expect((await verdictsOf(place)).acme).toBe('stale')
})

test('law 4: an answer too old says nothing about now, until a roll call confirms it without rewriting it', async () => {
  const place = await testPlace(world, ['acme'], { sweepSeconds: 60 })
  const { id } = await place.start()
  await place.driveAll(id, () => completed)
  world.clock.pass(300)
  expect((await verdictsOf(place)).acme).toBe('fresh')
  world.clock.pass(1)
  const [old] = (await fleetOf(place)).targets
  expect(old).toMatchObject({ verdict: 'unknown', observedSha: newest() })
  expect(old?.reason).toMatch(/five minutes old/)

  const row = () =>
    world.database.query(`select ctid::text, xmin::text from current_readings where target_id in
    (select id from targets where environment_id = '${place.environmentId}')`)
  const before = await row()
  const targets = await recordEnumeration(world.ctx, place.environmentId, ['acme'])
  const readings = targets.map((target) => ({ targetId: target.id, reading: shaReading(world, newest()) }))
  expect(await recordReadings(world.ctx, world.componentId, readings)).toBe(0)
  await sweep(place)
  expect(await row()).toEqual(before)
  expect((await fleetOf(place)).targets[0]).toMatchObject({
    verdict: 'fresh',
    observedAt: world.clock.now.toISOString(),
  })
})

test('a roll call confirms nothing for a target that was not there yet', async () => {
  const place = await testPlace(world, ['acme'])
  await sweep(place)
  world.clock.pass(1)
  await recordEnumeration(world.ctx, place.environmentId, ['acme', 'late'])
  const late = (await fleetOf(place)).targets.find(({ slug }) => slug === 'late')
  expect(late).toMatchObject({ verdict: 'never_seen', observedAt: null, observedSha: null })
})

test('a roll call confirms nothing about a component that it does not ask for', async () => {
  await defineComponent({ ...world.ctx, now: () => new Date(world.clock.now.getTime() + 1) }, { slug: 'infra' })
  const infra = await world.store.db.component.findUniqueOrThrow({ where: { slug: 'infra' } })
  const place = await testPlace(world, ['acme'])
  const [target] = await recordEnumeration(world.ctx, place.environmentId, ['acme'])
  const answeredAt = world.clock.now.toISOString()
  await recordReadings(world.ctx, infra.id, [{ targetId: target?.id ?? '', reading: shaReading(world, newest()) }])
  world.clock.pass(3_600)
  await sweep(place)
  const observedAt = async (component: string) =>
    (await getFleet(world.ctx, { environment: place.environment, component })).targets[0]?.observedAt
  expect(await observedAt('server')).toBe(world.clock.now.toISOString())
  expect(await observedAt('infra')).toBe(answeredAt)
})

test('what was never asked of a target is not expected of it', async () => {
  const place = await testPlace(world, ['acme', 'borealis'])
  const { id } = await place.start({ batchSize: 1 })
  await place.drive(id, 'acme', completed)
  expect(await verdictsOf(place)).toEqual({ acme: 'fresh', borealis: 'unknown' })
})

describe('the sentence over a fleet', () => {
  test.each([
    [[], 'No tenant is known here yet.'],
    [['acme'], 'The one tenant runs'],
    [['acme', 'borealis'], 'All 2 tenants run'],
  ])('counts %j', async (tenants, sentence) => {
    const place = await testPlace(world, tenants)
    expect((await fleetOf(place)).headline).toContain(sentence)
  })

  test('says what most of them run, or that none says anything', async () => {
    const place = await testPlace(world, ['acme', 'borealis', 'cobalt'])
    world.clock.pass(1)
    await place.answer(['cobalt'], { kind: 'unreachable', reason: 'refused' })
    expect((await fleetOf(place)).headline).toBe(`2 of 3 tenants run ${world.shas[0].slice(0, 7)}.`)
    await place.answer(['acme', 'borealis'], { kind: 'wrong_service' })
    expect((await fleetOf(place)).headline).toBe('None of 3 tenants says what it runs.')
  })
})

describe('one target', () => {
  test('tells what it ran before as intervals, newest first, and the operations that touched it', async () => {
    const place = await testPlace(world, ['acme', 'borealis'])
    const began = world.clock.now.toISOString()
    const { id } = await place.start()
    world.clock.pass(60)
    await place.driveAll(id, () => completed)
    const proven = world.clock.now.toISOString()
    world.clock.pass(60)
    await place.answer(['acme'], { kind: 'unreachable', reason: 'refused', httpStatus: null })
    const target = await getTarget(world.ctx, { environment: place.environment, slug: 'acme' })
    const [server] = target.components
    expect(server?.history).toEqual([
      expect.objectContaining({ kind: 'unreachable', reason: 'refused', toAt: null }),
      expect.objectContaining({ kind: 'sha', sha: newest(), fromAt: proven, toAt: world.clock.now.toISOString() }),
      expect.objectContaining({ kind: 'sha', sha: world.shas[0], fromAt: began, toAt: proven }),
    ])
    expect(server?.current).toMatchObject({ slug: 'acme', verdict: 'unreachable', expectedSha: newest() })
    expect(target.operations).toMatchObject([
      { applyId: id, slug: 'acme', state: 'completed', applyState: 'completed' },
    ])
    expect(target.url).toBe(`http://127.0.0.1:9/${place.environment}/t/acme`)
  })

  test('that does not exist is not found, nor is its environment', async () => {
    const place = await testPlace(world, ['acme'])
    await expect(getTarget(world.ctx, { environment: place.environment, slug: 'nobody' })).rejects.toMatchObject({
      code: 'not_found',
      field: 'slug',
    })
    for (const read of [
      getTarget(world.ctx, { environment: 'nowhere', slug: 'acme' }),
      getFleet(world.ctx, { environment: 'nowhere' }),
    ]) {
      await expect(read).rejects.toMatchObject({ code: 'not_found', field: 'environment' })
    }
    await expect(getFleet(world.ctx, { environment: place.environment, component: 'nothing' })).rejects.toMatchObject({
      code: 'not_found',
      field: 'component',
    })
  })
})
