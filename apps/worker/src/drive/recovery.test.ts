import { describe, expect, it } from 'vitest'
import { sha } from '../testing/builds.ts'
import { eventually } from '../testing/eventually.ts'
import type { Place } from '../testing/place.ts'
import { startWorld, type World } from '../testing/world.ts'

/** A database and workers of its own: here they are killed. */
async function aWorld(finished: (end: () => Promise<void>) => void): Promise<World> {
  const world = await startWorld()
  finished(() => world.close())
  return world
}

/** Six tenants that take their time, so that there is something to interrupt. */
function slowPlace(world: World): Promise<Place> {
  return world.place({
    tenants: ['slow-a', 'slow-b', 'slow-c', 'slow-d', 'slow-e', 'slow-f'],
    environment: { settleBudgetSeconds: 10 },
    timing: { slowSeconds: 0.4, edgeCacheSeconds: 0.4 },
  })
}

/** As if nobody had been killed: every target proven, and none asked again for what it had shown already. */
async function endsAsItWouldHave(place: Place, id: string, withinSeconds = 40): Promise<void> {
  expect(await place.untilSettled(id, withinSeconds)).toMatchObject({ state: 'completed', releaseStatus: 'completed' })
  const record = await place.record()
  expect(record.needless()).toEqual([])
  expect(record.overlapping()).toEqual([])
  const targets = Object.values(await place.targets())
  expect(new Set(record.calls().map(({ slug }) => slug)).size).toBe(targets.length)
  for (const target of targets) expect(target).toMatchObject({ verdict: 'fresh', observedSha: sha.next })
}

/** The moments of an apply, as the database shows them. */
const moments = {
  'an operation is in flight and nobody drives it yet': `select 1 from operations where state = 'running'`,
  'a driver has looked and not asked': `select 1 from attempts where looks > 0 and asked_at is null`,
  'the control plane has been asked': `select 1 from attempts where asked_at is not null and claimed_at is null`,
  'the control plane has answered': `select 1 from attempts where claimed_at is not null and ended_at is null`,
  'an operation has settled': `select 1 from operations where state = 'completed'`,
  'half of them have settled': `select 1 from applies where count_completed >= 3`,
}

describe.concurrent('kill -9 of the only worker, then a new one', () => {
  it.for(Object.entries(moments))(
    'when %s: the apply ends as it would have',
    { timeout: 90_000 },
    async ([moment, query], { onTestFinished }) => {
      const world = await aWorld(onTestFinished)
      const place = await slowPlace(world)
      const worker = await world.child()
      const { id } = await place.open({ batchSize: 2 })
      await eventually(moment, async () => (await world.database.query(query)).length > 0)
      await worker.kill()
      await world.child()
      await endsAsItWouldHave(place, id)
    },
  )

  it('again and again at moments of chance', { timeout: 120_000 }, async ({ onTestFinished }) => {
    const world = await aWorld(onTestFinished)
    const place = await world.place({
      tenants: 40,
      environment: { settleBudgetSeconds: 10 },
      timing: { lightDelayMs: 150 },
    })
    const { id } = await place.open({ batchSize: 8 })
    for (let lives = 0; lives < 4; lives++) {
      const worker = await world.child()
      const enough = 50 + Math.random() * 900
      const since = performance.now()
      await eventually('its time has come', () => performance.now() - since > enough)
      await worker.kill()
    }
    await world.child()
    await endsAsItWouldHave(place, id, 60)
  })
})

describe('how long a killed worker is missed', () => {
  it('another one goes on within fifteen seconds', { timeout: 60_000 }, async ({ onTestFinished }) => {
    const world = await aWorld(onTestFinished)
    const place = await slowPlace(world)
    const worker = await world.child()
    const { id } = await place.open({ batchSize: 6 })
    await eventually('all are in flight', async () => {
      const rows = await world.database.query(
        'select 1 from attempts where asked_at is not null and claimed_at is null',
      )
      return rows.length === 6
    })
    const killedAt = performance.now()
    await worker.kill()
    await world.child()
    await endsAsItWouldHave(place, id, 20)
    expect(performance.now() - killedAt).toBeLessThan(15_000)
  })
})
