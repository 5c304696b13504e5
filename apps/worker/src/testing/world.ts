import { type DemoFleet, type DemoFleetOptions, startDemoFleet } from '@rollcall/demo-fleet/testing'
import { createRedeployClient } from '@rollcall/redeploy-client'
import { type Context, defineComponent, defineEnvironment, publishBuild, secretFor } from '@rollcall/services'
import type { Store } from '@rollcall/store'
import { type TestDatabase, testDatabase } from '@rollcall/store/testing'
import type { Deps } from '../deps.ts'
import { knownBuilds } from '../drive/known-builds.ts'
import { sweepFleet } from '../sweep/sweep.ts'
import { component, sha, tagOf, token, tokenVariable } from './builds.ts'
import { type ChildWorker, startChildWorker } from './child-worker.ts'
import { Place } from './place.ts'
import { startTestWorker, type TestWorker } from './test-worker.ts'

/** Short patience: a test waits for the end of a budget, a fleet does not need it. */
const patience = {
  pollSeconds: 0.05,
  settleBudgetSeconds: 1,
  redeployTimeoutSeconds: 10,
  maxAttempts: 3,
  retryBackoffSeconds: 0.2,
  sweepSeconds: 86_400,
}

export interface PlaceOptions {
  /** by name, running the old build unless told; or how many, named t-00001 and so on */
  tenants: number | (string | { slug: string; sha: string | null })[]
  /** a process per tenant; in memory unless told */
  real?: boolean
  timing?: DemoFleetOptions['timing']
  /** the fleet in a process of its own, so that it does not share our one thread */
  apart?: boolean
  /** fields of the environment, over the short patience of the tests */
  environment?: Record<string, unknown>
  /** false: nobody has asked the fleet yet */
  swept?: boolean
}

/** One database, as many fleets as asked for, as many workers as asked for, all of them real. */
export interface World {
  database: TestDatabase
  store: Store
  ctx: Context
  deps: Deps
  /** A fleet with its control plane, known to Rollcall as an environment of its own. */
  place(options: PlaceOptions): Promise<Place>
  /** A worker in this process. */
  worker(options?: { grace?: number; drives?: number }): Promise<TestWorker>
  /** A worker in a process of its own, to be killed. */
  child(options?: { grace?: number; drives?: number }): Promise<ChildWorker>
  close(): Promise<void>
}

export async function startWorld(): Promise<World> {
  const database = await testDatabase()
  const store = await database.open()
  const ctx: Context = { store, actor: { name: 'ana', via: 'api' }, now: () => new Date() }
  const client = createRedeployClient({ reach: 'all' })
  const deps: Deps = {
    ctx,
    client,
    driver: 'test',
    probes: 16,
    buildOf: knownBuilds(ctx),
    secretFor: (name, ...urls) => secretFor(ctx, { keys: null, variables: { [tokenVariable]: token } }, name, urls),
  }
  const fleets: DemoFleet[] = []
  const workers: { end(): Promise<void> }[] = []
  let places = 0

  await defineComponent(ctx, { slug: component })
  for (const [i, build] of Object.values(sha).entries()) {
    const committedAt = new Date(Date.UTC(2026, 0, 1 + i)).toISOString()
    await publishBuild(ctx, { component, sha: build, branch: 'main', tag: tagOf(build), committedAt })
  }

  return {
    database,
    store,
    ctx,
    deps,
    async place({ tenants, real = false, apart = false, timing, environment, swept = true }) {
      places += 1
      const slug = `place-${places}`
      const running = Array.isArray(tenants)
        ? tenants.map((tenant) => (typeof tenant === 'string' ? { slug: tenant, sha: sha.old } : tenant))
        : tenants
      const fleet = await startDemoFleet({
        token,
        ...(real
          ? { environments: { [slug]: running as { slug: string; sha: string | null }[] } }
          : { light: { [slug]: running } }),
        lightSha: sha.old,
        ...(timing && { timing }),
        ...(apart && { mode: 'child' }),
      })
      fleets.push(fleet)
      for (const build of Object.values(sha)) await fleet.putImage(slug, tagOf(build), build)
      await defineEnvironment(ctx, {
        slug,
        ...fleet.env(slug),
        controlPlaneTokenEnv: tokenVariable,
        ...patience,
        ...environment,
      })
      const place = new Place({
        ctx,
        fleet,
        slug,
        id: (await store.db.environment.findUniqueOrThrow({ where: { slug } })).id,
      })
      // the fleets of a test share a token, and each has an origin of its own
      await place.allow()
      if (swept) await sweepFleet(deps, place.id, AbortSignal.timeout(30_000))
      return place
    },
    async worker(options = {}) {
      const worker = await startTestWorker(database.url, options)
      workers.push(worker)
      return worker
    },
    async child(options = {}) {
      const worker = await startChildWorker(database.url, options)
      workers.push(worker)
      return worker
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.end()))
      await Promise.all(fleets.map((fleet) => fleet.close()))
      await client.close()
      await database.drop()
    },
  }
}
