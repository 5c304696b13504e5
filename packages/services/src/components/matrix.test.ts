import { createHash } from 'node:crypto'
import { countStatements } from '@rollcall/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { externalDeploys } from '../configuration/external-deploys.ts'
import { importConfiguration } from '../configuration/import.ts'
import { recordEnumeration } from '../fleet/sweep.ts'
import { completed, type TestPlace, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import { getComponents } from './matrix.ts'

let world: TestWorld
let place: TestPlace
const sha = createHash('sha1').update('infra').digest('hex')
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  place = await testPlace(world, ['acme', 'borealis', 'cygnus'])
  await importConfiguration(world.ctx, {
    text: `
components:
  - name: infra
    title: Infrastructure
    fleets:
      - environment: ${place.environment}
        control_plane: { url: http://127.0.0.1:9/infra, token_env: ROLLCALL_CP_TOKEN_INFRA }
        tenants: http://127.0.0.1:9/infra/{slug}
external:
  - repo: acme/infra
    deploys: [{ name: infra, on_update: { deploy: { through: control_plane } } }, { name: infra-docs }]
`,
  })
})
afterAll(() => world.drop())

async function cell(component: string, environment = place.environment) {
  const { components } = await getComponents(world.ctx)
  const found = components.find(({ slug }) => slug === component)?.cells.find((one) => one.environment === environment)
  if (!found) throw new Error('there is no such cell')
  return found
}

test('the four facts of a component of our own are told apart, from publication to proof', async () => {
  expect(await cell('server')).toMatchObject({
    recorded: { sha: world.shas[2], tag: `main-${world.shas[2].slice(0, 7)}`, deployName: null },
    planned: null,
    attempted: null,
    observed: { tenants: 3, onRecorded: 0, builds: [{ sha: world.shas[0], tenants: 3 }], neverSeen: 0, askable: true },
    backlog: true,
    rule: 'not_deployed',
  })
  const waiting = await place.open({ requiresApproval: true })
  expect(await cell('server')).toMatchObject({
    planned: { applyId: waiting.id, state: 'awaiting_approval', started: false },
    attempted: null,
    rule: 'waits',
    sentence: expect.stringContaining(' waits. Waiting for approval'),
  })
  const apply = await place.start()
  await place.drive(apply.id, 'acme', completed)
  expect(await cell('server')).toMatchObject({
    planned: { applyId: apply.id, started: true },
    attempted: {
      applyId: apply.id,
      sha: world.shas[2],
      settled: false,
      total: 3,
      proven: 1,
      claims: [{ claim: 'Success', operations: 1 }],
    },
    observed: { onRecorded: 1, builds: [{ tenants: 2 }, { tenants: 1 }] },
    rule: 'on_its_way',
  })
  await place.driveAll(apply.id, () => completed)
  expect(await cell('server')).toMatchObject({
    planned: null,
    attempted: { state: 'completed', settled: true, proven: 3 },
    observed: { onRecorded: 3, asOf: world.clock.now.toISOString(), old: false },
    backlog: false,
    rule: 'runs',
  })
})

test('what tenants answer is counted by what it is, and too old when nobody asked for long', async () => {
  await place.answer(['acme'], { kind: 'unreachable', reason: 'refused' } as never)
  await recordEnumeration(world.ctx, place.environmentId, ['acme', 'borealis', 'cygnus', 'delphi'])
  expect((await cell('server')).observed).toMatchObject({
    tenants: 4,
    onRecorded: 2,
    silent: { unreachable: 1 },
    neverSeen: 1,
    old: false,
  })
  world.clock.pass(3_600)
  expect((await cell('server')).observed.old).toBe(true)
})

test('recorded, not deployed is a backlog, with the update that recorded it', async () => {
  const { db } = world.store
  expect(await cell('infra')).toMatchObject({ recorded: null, rule: 'nothing_recorded', backlog: false })
  const recorded = { environmentId: place.environmentId, deployName: 'infra', sourceRepo: 'acme/infra', sha }
  const update = {
    id: 'upd_1',
    receivedAt: world.clock.now,
    receivedBy: 'hub',
    via: 'api',
    environment: place.environment,
    ...recorded,
    version: 'v7',
    recordedAt: world.clock.now,
    deploys: 'control_plane',
  }
  await db.externalUpdate.create({ data: update })
  await db.externalSlot.create({
    data: {
      ...recorded,
      version: 'v7',
      recordedAt: world.clock.now,
      recordedBy: 'hub',
      receivedAt: world.clock.now,
      updateId: 'upd_1',
    },
  })
  expect(await cell('infra')).toMatchObject({
    recorded: { sha, version: 'v7', updateId: 'upd_1', deployName: 'infra', buildId: null },
    planned: { applyId: null, updateId: 'upd_1', text: 'Its deploy is about to be opened.' },
    rule: 'waits',
  })
  const refusal = {
    code: 'fleet_empty',
    message: 'No tenant is known yet.',
    remedy: 'Call the roll.',
    temporary: false,
  }
  await db.externalUpdate.update({ where: { id: 'upd_1' }, data: { openRefusal: refusal } })
  const { backlog, components } = await getComponents(world.ctx)
  const sentence = `Recorded, not deployed: v7 (${sha.slice(0, 7)}).`
  expect(backlog).toContainEqual({
    component: 'infra',
    environment: place.environment,
    sentence,
    since: world.clock.now.toISOString(),
  })
  expect(components.map(({ slug, external }) => [slug, external?.map(({ deploys }) => deploys)])).toEqual([
    ['server', undefined],
    ['infra', [true]],
    ['infra-docs', [false]],
  ])
  // another fleet, another door: nothing of the environment's own tenants is counted here
  expect((await cell('infra')).observed).toMatchObject({ tenants: 0, asOf: null })
})

test('external deploys are listed in the words of their senders, on_update only where they opted in', async () => {
  expect(await externalDeploys(world.ctx)).toEqual([
    {
      deploy_name: 'infra',
      source_repo: 'acme/infra',
      ref: 'main',
      component: 'infra',
      on_update: { deploy: { through: 'control_plane' } },
    },
    { deploy_name: 'infra-docs', source_repo: 'acme/infra', ref: 'main', component: 'infra-docs' },
  ])
})

test('law 15: the matrix asks no more of the database for more components and tenants', async () => {
  const before = await countStatements(() => getComponents(world.ctx))
  const names = Array.from({ length: 10 }, (_, i) => `more-${i}`)
  await importConfiguration(world.ctx, { text: JSON.stringify({ components: names }) })
  await recordEnumeration(
    world.ctx,
    place.environmentId,
    Array.from({ length: 300 }, (_, i) => `tenant-${i}`),
  )
  // a pool that grows asks a question of its own
  expect(await countStatements(() => getComponents(world.ctx))).toBeLessThan(before + 5)
})
