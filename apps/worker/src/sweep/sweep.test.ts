import { sweepNow } from '@rollcall/services'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha, token } from '../testing/builds.ts'
import { eventually } from '../testing/eventually.ts'
import type { Place } from '../testing/place.ts'
import { startWorld, type World } from '../testing/world.ts'
import { sweepFleet } from './sweep.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const sweep = (place: Place, signal = AbortSignal.timeout(20_000)) => sweepFleet(world.deps, place.id, signal)
const fleet = (place: Place) => world.store.db.fleet.findUniqueOrThrow({ where: { id: place.id } })

/** What a sweep may write, as PostgreSQL counts the versions of its rows. */
async function rows(place: Place) {
  return world.database.query(
    `select 'target' as what, t.slug, t.xmin::text, null as kind from targets t where t.environment_id = $1
     union all
     select 'reading', t.slug, r.xmin::text, r.kind from current_readings r join targets t on t.id = r.target_id
     where t.environment_id = $1
     union all
     select 'history', t.slug, h.xmin::text, h.kind from reading_history h join targets t on t.id = h.target_id
     where t.environment_id = $1
     union all
     select 'change', c.kind, c.xmin::text, null from changes c where c.environment_id = $1
     order by 1, 2, 3`,
    [place.id],
  )
}

describe.concurrent('a roll call', () => {
  it('finds who there is in the order of the control plane, and what each of them runs', async () => {
    const place = await world.place({
      tenants: ['zebra', 'acme', { slug: 'empty', sha: null }, 'html-page', 'down-one', 'dev-two', 'sick-three'],
    })
    const targets = await place.targets()
    expect(Object.keys(targets)).toEqual(['zebra', 'acme', 'empty', 'html-page', 'down-one', 'dev-two', 'sick-three'])
    const kinds = await world.database.query<{ slug: string; kind: string }>(
      'select t.slug, r.kind from current_readings r join targets t on t.id = r.target_id where t.environment_id = $1',
      [place.id],
    )
    expect(Object.fromEntries(kinds.map(({ slug, kind }) => [slug, kind]))).toEqual({
      zebra: 'sha',
      acme: 'sha',
      empty: 'unreachable',
      'html-page': 'wrong_service',
      'down-one': 'unreachable',
      'dev-two': 'unstamped',
      'sick-three': 'unhealthy',
    })
    expect(await fleet(place)).toMatchObject({ sweepOutcome: 'enumerated', sweepFound: 7, sweepAnswered: 5 })
  })

  it('adds a new tenant, marks the one that has gone, and takes it up again when it is back', async () => {
    const place = await world.place({ tenants: ['acme', 'borealis'] })
    await place.fleet.addTenant(place.slug, 'cobalt', sha.old)
    await place.fleet.removeTenant(place.slug, 'acme')
    await sweep(place)
    const enumerated = async () =>
      Object.fromEntries(Object.values(await place.targets()).map((target) => [target.slug, target.enumerated]))
    expect(await enumerated()).toEqual({ acme: false, borealis: true, cobalt: true })
    // who is not named any more is still asked, and seen to be gone
    expect((await place.targets()).acme).toMatchObject({ observedSha: null })
    expect(await place.open({ targets: ['acme'] }).catch((error: Error) => error.message)).toContain('acme')
    await place.fleet.addTenant(place.slug, 'acme', sha.next)
    await sweep(place)
    expect(await enumerated()).toEqual({ acme: true, borealis: true, cobalt: true })
    expect((await place.targets()).acme).toMatchObject({ observedSha: sha.next })
  })

  it('asks the tenants although the control plane is out of reach, and calls nobody gone', async () => {
    const place = await world.place({ tenants: ['acme', 'borealis'] })
    await place.redefine({ controlPlaneUrl: 'http://127.0.0.1:9/nobody' })
    await place.bringPast(world.deps.client, 'acme', sha.next)
    await sweep(place)
    expect(await fleet(place)).toMatchObject({ sweepOutcome: 'not_connected', sweepFound: 2, sweepAnswered: 2 })
    const targets = await place.targets()
    expect(targets.acme).toMatchObject({ observedSha: sha.next, enumerated: true })
    expect(targets.borealis).toMatchObject({ observedSha: sha.old, enumerated: true })
  })

  it('tells a refused token apart from a control plane that is out of reach, in words that do not hold it', async () => {
    const place = await world.place({ tenants: ['acme'] })
    await place.redefine({ controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_MISSING' })
    await sweep(place)
    const { sweepOutcome, sweepDetail } = await fleet(place)
    expect(sweepOutcome).toBe('refused')
    expect(sweepDetail).toContain('ROLLCALL_CP_TOKEN_MISSING is not set')
    expect(sweepDetail).not.toContain(token)
  })

  it('comes to an end where an address that was stored once is none for those who ask there', async () => {
    const place = await world.place({ tenants: ['acme'] })
    const { controlPlaneUrl } = await fleet(place)
    const stored = (data: object) => world.store.db.fleet.update({ where: { id: place.id }, data })
    await stored({ controlPlaneUrl: `${controlPlaneUrl}/?` })
    await sweep(place)
    expect(await fleet(place)).toMatchObject({
      sweepOutcome: 'refused',
      sweepDetail: 'the control plane URL must not have a query or a fragment.',
      sweepAnswered: 1,
    })
    await stored({ controlPlaneUrl, tenantUrlTemplate: 'https://{slug}' })
    await sweep(place)
    expect(await fleet(place)).toMatchObject({ sweepOutcome: 'enumerated', sweepFound: 1, sweepAnswered: 0 })
    expect((await place.targets()).acme?.verdict).toBe('unreachable')
  })

  it('names a fleet that the control plane does not know of as one, and not as fine', async () => {
    const place = await world.place({ tenants: [] })
    expect(await fleet(place)).toMatchObject({ sweepFound: 0, sweepAnswered: 0 })
    expect((await fleet(place)).sweepOutcome).not.toBe('enumerated')
  })

  it('writes what changed and nothing else', async () => {
    const place = await world.place({ tenants: ['acme', 'borealis', 'cobalt'] })
    const before = await rows(place)
    await sweep(place)
    await sweep(place)
    expect(await rows(place)).toEqual(before)
    await place.bringPast(world.deps.client, 'borealis', sha.next)
    await sweep(place)
    const changed = (await rows(place)).filter(
      (row) => !before.some((old) => JSON.stringify(old) === JSON.stringify(row)),
    )
    expect(changed.map(({ what, slug }) => `${what} ${slug}`)).toEqual([
      'change fleet.swept',
      'history borealis',
      'reading borealis',
    ])
  })

  it('is given up at once when the worker is told to end, and nothing half-asked is stored', async () => {
    const place = await world.place({ tenants: ['acme', 'borealis'] })
    const before = await rows(place)
    await expect(sweep(place, AbortSignal.abort(new Error('the worker ends')))).rejects.toThrow('the worker ends')
    expect(await rows(place)).toEqual(before)
  })
})

describe('the roll calls of a worker', () => {
  it('come by themselves, and at once when a person asks', { timeout: 40_000 }, async () => {
    const place = await world.place({ tenants: ['acme'], environment: { sweepSeconds: 86_400 }, swept: false })
    const worker = await world.worker()
    await eventually('the first roll call', async () => (await fleet(place)).sweptAt)
    await place.bringPast(world.deps.client, 'acme', sha.next)
    await sweepNow(world.ctx, { environment: place.slug })
    await eventually('it is seen', async () => (await place.targets()).acme?.observedSha === sha.next)
    await place.redefine({ sweepSeconds: 1 })
    await place.bringPast(world.deps.client, 'acme', sha.newest)
    await eventually('it is seen by itself', async () => (await place.targets()).acme?.observedSha === sha.newest)
    await worker.end()
  })
})
