import { type DemoFleet, freePort, startDemoFleet } from '@rollcall/demo-fleet/testing'
import { createRedeployClient, type RedeployClient } from '@rollcall/redeploy-client'
import {
  currentConfiguration,
  exportConfiguration,
  importConfiguration,
  listApplies,
  listPromotions,
  listUpdates,
  secretFor,
} from '@rollcall/services'
import { snapshot } from '@rollcall/services/testing'
import type { Store } from '@rollcall/store'
import { type TestDatabase, testDatabase } from '@rollcall/store/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Deps } from '../deps.ts'
import { configureDemo } from './configuration.ts'
import { seedDemo } from './seed.ts'
import * as world from './world.ts'

const reach = ['127.0.0.0/8']
let database: TestDatabase
let store: Store
let client: RedeployClient
let demo: DemoFleet
let deps: Deps

beforeAll(async () => {
  database = await testDatabase()
  store = await database.open()
  client = createRedeployClient({ reach })
  const light = Object.fromEntries(
    [...Object.keys(world.fleets), ...Object.keys(world.infra.fleets)].map((n) => [n, []]),
  )
  demo = await startDemoFleet({ light, registry: true, forge: { hook: null } })
  deps = {
    ctx: { store, actor: { name: 'demo', via: 'seed' }, now: () => new Date() },
    client,
    buildOf: async () => null,
    driver: 'seed',
    probes: 16,
    secretFor: (name, ...urls) => secretFor(deps.ctx, { keys: null, variables: process.env }, name, urls),
  }
})
afterAll(async () => {
  await demo.close()
  await client.close()
  await database.drop()
})

async function seed() {
  vi.stubEnv('ROLLCALL_CP_TOKEN_DEMO', demo.token)
  vi.stubEnv('ROLLCALL_REGISTRY_DEMO_USER', demo.registry?.credentials.username)
  vi.stubEnv('ROLLCALL_REGISTRY_DEMO_PASSWORD', demo.registry?.credentials.password)
  const registryUrl = demo.registry?.url ?? ''
  await seedDemo(deps, {
    url: demo.url,
    registryUrl,
    token: demo.token,
    hookSecret: 'a-secret-for-the-test',
    peoplePassword: 'correct horse battery',
    reach,
  })
}

it('the demo world has something on every screen, and a second start changes nothing', async () => {
  await seed()
  const { ctx } = deps
  const applies = (await listApplies(ctx, {})).items
  expect(applies.map(({ environment, component, sha }) => [environment, component, sha])).toEqual([
    ['staging', 'workspace-server', world.newest.sha],
    ['production', 'workspace-server', world.middle.sha],
    ['staging', 'workspace-server', world.middle.sha],
    ['staging', 'infra', world.updates[2]?.sha],
  ])
  const updates = (await listUpdates(ctx)).items
  expect(updates.map(({ deploy_name, deploys }) => [deploy_name, deploys])).toEqual([
    ['infra', 'control_plane'],
    ['edge-cache', 'record_only'],
    ['edge-cache', 'record_only'],
  ])
  const [promotion, ...others] = (await listPromotions(ctx)).items
  expect([promotion?.state, promotion?.sha, others]).toEqual(['done', world.middle.sha, []])
  const { external, imageSets } = await currentConfiguration(store.db)
  expect(external.flatMap(({ deploys }) => deploys.map(({ name, onUpdate }) => [name, onUpdate?.through]))).toEqual([
    ['infra', 'control_plane'],
    ['edge-cache', undefined],
  ])
  expect(imageSets[0]?.thenApply).toMatchObject({ environment: 'production', policy: { requiresApproval: true } })
  expect(await store.db.webhookDelivery.count()).toBe(2)

  // what is told a moment later belongs to the first start
  await Promise.all([store.later.flush(), store.deliveries.flush()])
  const before = await snapshot(database)
  await seed()
  await Promise.all([store.later.flush(), store.deliveries.flush()])
  expect(await snapshot(database)).toEqual(before)
})

it('what a person changed stays at the next start, also when the demo world has other ports', async () => {
  const { yaml } = await exportConfiguration(deps.ctx)
  await importConfiguration(deps.ctx, { text: yaml.replace('stale_after_hours: 336', 'stale_after_hours: 1') })
  const edited = await exportConfiguration(deps.ctx)
  // the new port of the one is the old port of the other
  const registryUrl = `http://127.0.0.1:${await freePort()}`
  await configureDemo(deps.ctx, { url: demo.registry?.url ?? '', registryUrl })
  const wanted = edited.yaml
    .replaceAll(demo.registry?.url ?? '', registryUrl)
    .replaceAll(demo.url, demo.registry?.url ?? '')
  expect((await exportConfiguration(deps.ctx)).yaml).toBe(wanted)
})
