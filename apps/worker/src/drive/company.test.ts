import { describe, expect, it } from 'vitest'
import { eventually } from '../testing/eventually.ts'
import { startWorld, type World } from '../testing/world.ts'

async function aWorld(finished: (end: () => Promise<void>) => void): Promise<World> {
  const world = await startWorld()
  finished(() => world.close())
  return world
}

const drivers = async (world: World) =>
  await world.database.query<{ driver: string; n: number }>(
    'select driver, count(*)::int as n from attempts group by 1',
  )

describe('several workers on one database', () => {
  it('three of them share an apply, and each operation is driven by one at a time', { timeout: 60_000 }, async ({
    onTestFinished,
  }) => {
    const world = await aWorld(onTestFinished)
    const place = await world.place({ tenants: 60, timing: { lightDelayMs: 60 } })
    await Promise.all([world.worker({ drives: 8 }), world.child({ drives: 8 }), world.child({ drives: 8 })])
    const { id } = await place.open({ batchSize: 24 })
    expect(await place.untilSettled(id, 40)).toMatchObject({ state: 'completed' })
    const record = await place.record()
    expect(record.calls()).toHaveLength(60)
    expect(record.overlapping()).toEqual([])
    expect(record.needless()).toEqual([])
    expect(record.widest()).toBeLessThanOrEqual(24)
    const shares = await drivers(world)
    expect(shares.length).toBeGreaterThan(1)
    expect(shares.reduce((sum, { n }) => sum + n, 0)).toBe(60)
  })

  it('one that was frozen for twenty seconds changes nothing when it goes on, and makes no second call', {
    timeout: 90_000,
  }, async ({ onTestFinished }) => {
    const world = await aWorld(onTestFinished)
    const place = await world.place({
      tenants: ['slow-a', 'slow-b', 'slow-c', 'slow-d'],
      environment: { settleBudgetSeconds: 15 },
      timing: { slowSeconds: 0.5, edgeCacheSeconds: 1 },
    })
    const frozen = await world.child()
    const { id } = await place.open({ batchSize: 4 })
    await eventually('it drives all of them', async () => {
      const rows = await world.database.query('select 1 from attempts where asked_at is not null')
      return rows.length === 4
    })
    frozen.freeze()
    const frozenAt = performance.now()
    await world.child()
    await place.untilSettled(id, 40)
    await eventually('it has been away for twenty seconds', () => performance.now() - frozenAt > 20_000, {
      withinSeconds: 30,
    })
    const facts = () =>
      world.database.query(
        'select a.*, o.state, o.verdict from attempts a join operations o on o.id = a.operation_id order by 1',
      )
    const before = await facts()
    const seen = await world.database.query('select max(seen_at) as at from worker_heartbeats')
    frozen.thaw()
    // it beats again only after everything that was overdue in it has run
    await eventually('it lives again', async () => {
      const rows = await world.database.query<{ n: number }>(
        `select count(*)::int as n from worker_heartbeats where seen_at > '${(seen[0] as { at: Date }).at.toISOString()}'`,
      )
      return rows[0]?.n === 2
    })
    expect(await facts()).toEqual(before)
    const record = await place.record()
    expect(record.calls()).toHaveLength(4)
    expect(await place.apply(id)).toMatchObject({ state: 'completed' })
    expect((await drivers(world)).length).toBe(1)
  })

  it('one that is told to end lets its calls finish, and hands the rest over', { timeout: 60_000 }, async ({
    onTestFinished,
  }) => {
    const world = await aWorld(onTestFinished)
    const place = await world.place({
      tenants: ['slow-a', 'slow-b', 'slow-c'],
      environment: { settleBudgetSeconds: 15 },
      timing: { slowSeconds: 1, edgeCacheSeconds: 1 },
    })
    const first = await world.child({ grace: 5 })
    const { id } = await place.open({ batchSize: 1 })
    await place.untilOperation(id, 'slow-a', 'is deploying', ({ phase }) => phase === 'deploying')
    const toldAt = performance.now()
    expect(await first.term()).toBe(0)
    expect(performance.now() - toldAt).toBeLessThan(6_000)
    // its call was heard to the end
    expect(await place.operation(id, 'slow-a')).toMatchObject({ claim: 'Success, healthy, image inspected' })
    await world.child()
    expect(await place.untilSettled(id, 30)).toMatchObject({ state: 'completed' })
    const record = await place.record()
    expect(record.calls()).toHaveLength(3)
    expect(record.needless()).toEqual([])
  })

  it('one that is told to end while a call takes longer than its grace ends anyway, and the call is not repeated', {
    timeout: 60_000,
  }, async ({ onTestFinished }) => {
    const world = await aWorld(onTestFinished)
    const place = await world.place({
      tenants: ['slow-a'],
      environment: { settleBudgetSeconds: 15 },
      timing: { slowSeconds: 4, edgeCacheSeconds: 0 },
    })
    const first = await world.child({ grace: 1 })
    const { id } = await place.open()
    await eventually('the call has arrived', async () => (await place.record()).calls().length === 1)
    const [code] = await Promise.all([first.term(), world.child()])
    expect(code).toBe(0)
    expect(await place.untilSettled(id, 30)).toMatchObject({ state: 'completed' })
    expect(await place.operation(id, 'slow-a')).toMatchObject({ attempt: 1, claim: 'no answer', verdict: 'fresh' })
    expect((await place.record()).calls()).toHaveLength(1)
  })

  it('goes on when every connection to the database is cut, again and again', { timeout: 60_000 }, async ({
    onTestFinished,
  }) => {
    const world = await aWorld(onTestFinished)
    const place = await world.place({
      tenants: 30,
      environment: { settleBudgetSeconds: 15 },
      timing: { lightDelayMs: 200 },
    })
    await world.child()
    const { id } = await place.open({ batchSize: 6 })
    for (const done of [3, 12, 20]) {
      await eventually(
        `${done} are done`,
        async () => {
          const rows = await world.database.query('select 1 from applies where count_completed >= $1', [done])
          return rows.length > 0
        },
        { withinSeconds: 40 },
      )
      await world.database.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
    }
    await eventually('it settles', async () => (await place.apply(id).catch(() => null))?.settled, {
      withinSeconds: 40,
    })
    expect(await place.apply(id)).toMatchObject({ state: 'completed' })
    const record = await place.record()
    expect(record.needless()).toEqual([])
    expect(record.overlapping()).toEqual([])
    expect(record.calls()).toHaveLength(30)
  })
})
