import { createHash } from 'node:crypto'
import type { Reading } from '@rollcall/rollout'
import type { Store } from '@rollcall/store'
import { type TestDatabase, testDatabase } from '@rollcall/store/testing'
import { publishBuild } from '../builds/publish.ts'
import { defineComponent } from '../components/define.ts'
import type { Context } from '../context.ts'
import { defineEnvironment } from '../environments/define.ts'
import { recordEnumeration, recordReadings } from '../fleet/sweep.ts'

/** A small world in a database of its own: one environment, one component, three builds in order, and its tenants. */
export interface TestWorld {
  database: TestDatabase
  store: Store
  ctx: Context
  as: (name: string) => Context
  /** the clock: stands still until it is moved */
  clock: { now: Date; pass(seconds: number): void }
  environmentId: string
  componentId: string
  /** full shas, oldest first */
  shas: [string, string, string]
  /** what the tenants answer from now on */
  answer(slugs: readonly string[], reading: Partial<Reading> & Pick<Reading, 'kind'>): Promise<void>
  drop(): Promise<void>
}

export interface TestWorldOptions {
  tenants: readonly string[]
  environment?: Record<string, unknown>
}

export async function testWorld(options: TestWorldOptions): Promise<TestWorld> {
  const database = await testDatabase()
  const store = await database.open()
  const clock = {
    now: new Date('2026-03-01T12:00:00Z'),
    pass(seconds: number) {
      clock.now = new Date(clock.now.getTime() + seconds * 1000)
    },
  }
  const as = (name: string): Context => ({ store, actor: { name, via: 'api' }, now: () => clock.now })
  const ctx = as('ana')
  await defineComponent(ctx, { slug: 'server' })
  await defineEnvironment(ctx, {
    slug: 'production',
    controlPlaneUrl: 'http://127.0.0.1:9/production',
    controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_TEST',
    tenantUrlTemplate: 'http://127.0.0.1:9/production/t/{slug}',
    ...options.environment,
  })
  const shas = ['one', 'two', 'three'].map((text) => createHash('sha1').update(text).digest('hex')) as TestWorld['shas']
  for (const [i, sha] of shas.entries()) {
    await publishBuild(ctx, {
      component: 'server',
      sha,
      branch: 'main',
      tag: `main-${sha.slice(0, 7)}`,
      committedAt: new Date(clock.now.getTime() - (10 - i) * 3_600_000).toISOString(),
    })
  }
  const environment = await store.db.environment.findUniqueOrThrow({ where: { slug: 'production' } })
  const component = await store.db.component.findUniqueOrThrow({ where: { slug: 'server' } })
  if (options.tenants.length > 0) await recordEnumeration(ctx, environment.id, options.tenants)

  async function answer(slugs: readonly string[], reading: Partial<Reading> & Pick<Reading, 'kind'>) {
    const targets = await store.db.target.findMany({
      where: { environmentId: environment.id, slug: { in: [...slugs] } },
    })
    const full = { at: clock.now, latencyMs: 1, httpStatus: 200, detail: null, ...reading } as Reading
    await recordReadings(
      ctx,
      component.id,
      targets.map(({ id }) => ({ targetId: id, reading: full })),
    )
  }
  await answer(options.tenants, { kind: 'sha', sha: shas[0] })
  return {
    database,
    store,
    ctx,
    as,
    clock,
    environmentId: environment.id,
    componentId: component.id,
    shas,
    answer,
    drop: () => database.drop(),
  }
}
