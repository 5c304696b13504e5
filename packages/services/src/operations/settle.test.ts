import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { completed, driveTo, failed, type TestWorld, testPlace, testWorld, transient } from '../testing/index.ts'
import { settleOperation } from './settle.ts'
import { type Attempt, takeOperation } from './take.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

describe('law 15: settling one operation costs the same in an apply of 10 and of 2,000', () => {
  /** Rows that were read or written, by table, as PostgreSQL counts them; one connection, so that it can be asked to tell. */
  async function rowsTouched(ctx: Context, work: () => Promise<unknown>): Promise<Record<string, number>> {
    const read = async () => {
      await ctx.store.db.$queryRaw`select pg_stat_force_next_flush()::text`
      await ctx.store.db.$queryRaw`select 1`
      const rows = await world.database.query<{ table: string; n: string }>(
        `select relname as table, seq_tup_read + idx_tup_fetch + n_tup_ins + n_tup_upd + n_tup_del as n
         from pg_stat_user_tables where schemaname = 'public' and idx_tup_fetch is not null`,
      )
      return new Map(rows.map(({ table, n }) => [table, Number(n)]))
    }
    const before = await read()
    await work()
    const after = await read()
    const touched = [...after].map(([table, n]) => [table, n - (before.get(table) ?? 0)] as const)
    return Object.fromEntries(touched.filter(([, n]) => n > 0))
  }

  test('whether it completes, fails for good or fails for now', async () => {
    // tables as small as a test's are read whole where an index would do: that cost is not the one in question
    await world.database.query(`do $$ begin execute format('alter database %I set enable_seqscan = off',
      current_database()); end $$`)
    const ctx = { ...world.ctx, store: await world.database.open({ connections: 1 }) }
    const attempts = []
    for (const size of [10, 2_000]) {
      const place = await testPlace(
        world,
        Array.from({ length: size }, (_, i) => `t${i}`),
      )
      const { id } = await place.start({ onFailure: 'continue', batchSize: 8 })
      const take = async (slug: string) =>
        (await takeOperation(world.ctx, await place.operationId(id, slug), 'test')) as Attempt
      attempts.push([await take('t0'), await take('t1'), await take('t2')] as const)
    }
    await world.database.query('analyze')
    const outcomes = [completed, failed, transient]
    const costs = []
    for (const [i, outcome] of outcomes.entries()) {
      const cost = []
      for (const ofSize of attempts) {
        const settle = () => settleOperation(ctx, ofSize[i] as Attempt, outcome)
        cost.push(await rowsTouched(ctx, async () => expect(await settle()).toBe(true)))
      }
      costs.push(cost)
    }
    for (const [small, large] of costs) {
      expect(large).toEqual(small)
      const total = Object.values(large ?? {}).reduce((sum, n) => sum + n, 0)
      expect(total).toBeGreaterThan(5)
      expect(total).toBeLessThan(60)
    }
  })
})

describe('how an operation ends', () => {
  const operationOf = (id: string) => world.store.db.operation.findUniqueOrThrow({ where: { id } })

  test('the verdict of the apply, its change and its next look are there together with the end of the operation', async () => {
    const place = await testPlace(world, ['acme'])
    const { id } = await place.start()
    const operationId = await place.operationId(id, 'acme')
    await world.database.query(`delete from pgboss.job where data->>'applyId' = $1`, [id])
    await driveTo(world, operationId, failed)
    const rows = await world.database.query(
      `select a.xmin = o.xmin as operation, a.xmin = t.xmin as attempt, a.xmin = c.xmin as change, a.xmin = j.xmin as job,
         a.state, a.settled, a.ended_at as "endedAt", c.kind
       from applies a join operations o on o.apply_id = a.id join attempts t on t.operation_id = o.id
       join changes c on c.apply_id = a.id and c.seq = a.change_seq
       join pgboss.job j on j.data->>'applyId' = a.id where a.id = $1`,
      [id],
    )
    expect(rows).toEqual([
      {
        operation: true,
        attempt: true,
        change: true,
        job: true,
        state: 'failed',
        settled: true,
        endedAt: world.clock.now,
        kind: 'operation.failed',
      },
    ])
  })

  test('a failure that is worth it is tried again, until the budget is used up; any other is not', async () => {
    const place = await testPlace(world, ['acme', 'borealis'], { maxAttempts: 2 })
    const { id } = await place.start({ onFailure: 'continue' })
    await place.drive(id, 'borealis', failed)
    expect(await operationOf(await place.operationId(id, 'borealis'))).toMatchObject({
      state: 'failed',
      attemptCount: 1,
    })
    await place.drive(id, 'acme', transient)
    world.clock.pass(60)
    await place.advance(id)
    await place.drive(id, 'acme', transient)
    const operation = await operationOf(await place.operationId(id, 'acme'))
    expect(operation).toMatchObject({
      state: 'failed',
      attemptCount: 2,
      failureReason: 'transient',
      failureDetail: '503',
    })
    const attempts = await world.store.db.attempt.findMany({
      where: { operationId: operation.id },
      orderBy: { number: 'asc' },
    })
    expect(attempts.map(({ number, outcome, failureReason }) => [number, outcome, failureReason])).toEqual([
      [1, 'failed', 'transient'],
      [2, 'failed', 'transient'],
    ])
  })

  test('from then on the target is expected to run the build, also where it did already', async () => {
    const place = await testPlace(world, ['acme', 'borealis', 'cobalt'])
    const { id } = await place.start({ onFailure: 'continue' })
    const expectation = async (slug: string) =>
      world.store.db.expectation.findFirst({ where: { target: { slug, environmentId: place.environmentId } } })
    const quick = (await takeOperation(world.ctx, await place.operationId(id, 'acme'), 'test')) as Attempt
    expect(await expectation('acme')).toBeNull()
    await settleOperation(world.ctx, quick, completed)
    expect(await expectation('acme')).toMatchObject({ applyId: id, settlingUntil: null })
    const never = (await takeOperation(world.ctx, await place.operationId(id, 'borealis'), 'test')) as Attempt
    await settleOperation(world.ctx, never, failed)
    expect(await expectation('borealis')).toBeNull()
    await place.drive(id, 'cobalt', failed)
    expect(await expectation('cobalt')).toMatchObject({ applyId: id, settlingUntil: null })
  })

  test('twenty operations that end at once are all counted, each under its own number', async () => {
    const slugs = Array.from({ length: 20 }, (_, i) => `t${i}`)
    const place = await testPlace(world, slugs)
    const { id } = await place.start({ onFailure: 'continue', batchSize: 20 })
    await Promise.all(
      slugs.map(async (slug, i) => driveTo(world, await place.operationId(id, slug), i % 3 === 0 ? failed : completed)),
    )
    const apply = await world.store.db.apply.findUniqueOrThrow({ where: { id } })
    expect(apply).toMatchObject({ countCompleted: 13, countFailed: 7, countRunning: 0, state: 'failed', settled: true })
    const changes = await world.store.db.change.findMany({ where: { applyId: id }, orderBy: { seq: 'asc' } })
    expect(changes.map(({ seq }) => seq)).toEqual(Array.from({ length: apply.changeSeq }, (_, i) => i + 1))
  })
})
