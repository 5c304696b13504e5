import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineComponent } from '../components/define.ts'
import { shaReading, snapshot, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import { beginSweep, endSweep, recordEnumeration, recordReadings } from './sweep.ts'
import { sweepNow } from './sweep-now.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const targetsOf = (environmentId: string) =>
  world.store.db.target.findMany({ where: { environmentId }, orderBy: [{ position: 'asc' }, { slug: 'asc' }] })
const fleetOf = async (environmentId: string) =>
  (await targetsOf(environmentId)).map(({ slug, enumerated }) => (enumerated ? slug : `(${slug})`))

describe("the control plane's own list", () => {
  test('adds whom it names, marks whom it leaves out, takes back who returns, and deletes nobody', async () => {
    const { environmentId } = await testPlace(world, ['acme', 'borealis', 'cobalt'])
    const ids = new Map((await targetsOf(environmentId)).map(({ slug, id }) => [slug, id]))
    await recordEnumeration(world.ctx, environmentId, ['cobalt', 'dune'])
    // who is left out keeps its old place; the name decides between two in one
    expect(await fleetOf(environmentId)).toEqual(['(acme)', 'cobalt', '(borealis)', 'dune'])
    await recordEnumeration(world.ctx, environmentId, ['dune', 'acme', 'cobalt'])
    expect(await fleetOf(environmentId)).toEqual(['dune', 'acme', '(borealis)', 'cobalt'])
    for (const { slug, id } of await targetsOf(environmentId)) if (slug !== 'dune') expect(id).toBe(ids.get(slug))
  })

  test('law 15: writes nothing but its own time when it says what it said before', async () => {
    const { environmentId } = await testPlace(world, ['acme', 'borealis'])
    const { fleets: _, ...before } = await snapshot(world.database)
    world.clock.pass(60)
    await recordEnumeration(world.ctx, environmentId, ['acme', 'borealis'])
    const { fleets, ...after } = await snapshot(world.database)
    expect(after).toEqual(before)
    const fleet = await world.store.db.fleet.findUniqueOrThrow({ where: { id: environmentId } })
    expect(fleet.enumeratedAt).toEqual(world.clock.now)
  })

  test('of twenty thousand is stored at once, also when it names some twice', async () => {
    const { environmentId } = await testPlace(world, [])
    const slugs = Array.from({ length: 20_000 }, (_, i) => `t${i}`)
    const targets = await recordEnumeration(world.ctx, environmentId, [...slugs, 't3', 't4'])
    expect(targets.map(({ slug }) => slug)).toEqual(slugs)
    await recordEnumeration(world.ctx, environmentId, slugs.slice(0, 1))
    expect(await world.store.db.target.count({ where: { environmentId, enumerated: true } })).toBe(1)
  })

  test('is stored whole by each of several that store it at once', async () => {
    const { environmentId } = await testPlace(world, ['acme'])
    const list = Array.from({ length: 50 }, (_, i) => `t${i}`)
    await Promise.all(
      [list, list.toReversed(), list.toReversed(), list].map((slugs) =>
        recordEnumeration(world.ctx, environmentId, slugs),
      ),
    )
    expect((await fleetOf(environmentId)).toSorted()).toEqual(['(acme)', ...list].toSorted())
  })
})

describe('a roll call', () => {
  test('knows whom to ask, and with which tag: that of the newest build, never a default', async () => {
    const place = await testPlace(world, ['acme', 'borealis'], { controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_X' })
    const plan = await beginSweep(world.ctx, place.environmentId)
    expect(plan).toMatchObject({
      fleetId: place.environmentId,
      controlPlane: { tokenEnv: 'ROLLCALL_CP_TOKEN_X' },
      tag: `main-${world.shas[2].slice(0, 7)}`,
      component: { slug: 'server' },
      targets: [{ slug: 'acme' }, { slug: 'borealis' }],
    })
    expect(await beginSweep(world.ctx, 'env_none')).toBeNull()
  })

  test('asks about the oldest component', async () => {
    const later = { ...world.ctx, now: () => new Date(world.clock.now.getTime() + 1_000) }
    await defineComponent(later, { slug: 'infra' })
    const place = await testPlace(world, [])
    expect((await beginSweep(world.ctx, place.environmentId))?.component).toMatchObject({ slug: 'server' })
  })

  test('that changed nothing is noted by its time alone', async () => {
    const { environmentId } = await testPlace(world, ['acme'])
    const changes = () => world.store.db.change.count({ where: { environmentId, kind: 'fleet.swept' } })
    const result = { outcome: 'enumerated', detail: null, found: 1, answered: 1 }
    const end = (more: object) =>
      endSweep(world.ctx, environmentId, { ...result, startedAt: world.clock.now, changed: 0, ...more })
    await end({})
    expect(await changes()).toBe(1)
    await end({})
    expect(await changes()).toBe(1)
    await end({ changed: 1 })
    expect(await changes()).toBe(2)
    await end({ outcome: 'refused', detail: '401 \0 \ud800' })
    expect(await changes()).toBe(3)
    const fleet = await world.store.db.fleet.findUniqueOrThrow({ where: { id: environmentId } })
    expect(fleet).toMatchObject({ sweepOutcome: 'refused', sweepDetail: '401  \ufffd', sweptAt: world.clock.now })
  })

  test('that began before the last one and ends after it says nothing', async () => {
    const { environmentId } = await testPlace(world, ['acme'])
    const slow = world.clock.now
    world.clock.pass(60)
    const result = { outcome: 'enumerated', detail: null, found: 1, answered: 1, changed: 0 }
    await endSweep(world.ctx, environmentId, { ...result, startedAt: world.clock.now })
    const before = await snapshot(world.database)
    await endSweep(world.ctx, environmentId, { ...result, outcome: 'refused', startedAt: slow })
    expect(await snapshot(world.database)).toEqual(before)
  })

  test("is not spoiled by one tenant's odd answer", async () => {
    const { environmentId } = await testPlace(world, ['acme', 'borealis'])
    const [acme, borealis] = await targetsOf(environmentId)
    if (!acme || !borealis) throw new Error('no targets')
    world.clock.pass(1)
    const odd = { ...shaReading(world, ''), kind: 'wrong_service' as const, detail: `${'x'.repeat(499)}😀 \0` }
    const changed = await recordReadings(world.ctx, world.componentId, [
      { targetId: acme.id, reading: odd },
      { targetId: borealis.id, reading: shaReading(world, world.shas[1]) },
    ])
    expect(changed).toBe(2)
    const rows = await world.store.db.currentReading.findMany({ where: { targetId: { in: [acme.id, borealis.id] } } })
    expect(rows.map(({ kind }) => kind).toSorted()).toEqual(['sha', 'wrong_service'])
  })

  test('that a person asks for is audited, and sent once however often it is asked for', async () => {
    const place = await testPlace(world, [])
    await Promise.all(Array.from({ length: 3 }, () => sweepNow(world.as('jo'), { environment: place.environment })))
    const jobs = await world.database.query(
      `select 1 from pgboss.job where name = 'fleet.sweep' and singleton_key = $1`,
      [place.environmentId],
    )
    expect(jobs).toHaveLength(1)
    const audited = await world.store.db.auditEntry.findMany({ where: { subjectId: place.environmentId, actor: 'jo' } })
    expect(audited.map(({ action }) => action)).toEqual(Array(3).fill('fleet.sweep'))
    await expect(sweepNow(world.ctx, { environment: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' })
  })
})
