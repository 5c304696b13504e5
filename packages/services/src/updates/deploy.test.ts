import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { advanceApply } from '../applies/advance.ts'
import { cancelApply } from '../applies/cancel.ts'
import { noPolicy } from '../configuration/configuration.ts'
import type { Outcome } from '../operations/settle.ts'
import { driveTo, external, inForce, snapshot, type TestWorld, testWorld } from '../testing/index.ts'
import { findLostUpdates } from './find-lost.ts'
import {
  countUpdates,
  deployUpdate,
  forceUpdate,
  getUpdate,
  listSlots,
  openUpdateApply,
  receiveUpdate,
  rollBackExternal,
} from './index.ts'
import type { UpdateView } from './views.ts'

let world: TestWorld
const names = ['infra', 'lambda', 'edge', 'flows', 'plain', 'early'] as const
const own = ['infra', 'lambda', 'edge'] as const

beforeAll(async () => {
  world = await testWorld({ tenants: ['acme', 'birch'] })
  const { db } = world.store
  await inForce(world, {
    environments: [
      {
        name: 'production',
        title: null,
        controlPlane: null,
        tenants: null,
        policy: { ...noPolicy, batchSize: 7, canary: 'acme', soakSeconds: 0 },
        patience: {} as never,
      },
    ],
    external: external({
      infra: 'control_plane',
      lambda: 'control_plane',
      edge: 'control_plane',
      early: 'control_plane',
      flows: 'workflow',
      plain: 'record_only',
    }),
    deploys: {
      flows: { component: 'flows', forge: 'hub', tag: '<sha7>', policy: noPolicy },
      edge: {
        component: 'edge',
        forge: null,
        tag: 'edge-<version>',
        policy: { ...noPolicy, requiresApproval: true, onFailure: 'pause' },
      },
    },
    components: [
      {
        name: 'edge',
        title: null,
        fleets: [
          {
            environment: 'production',
            controlPlane: null,
            tenants: null,
            policy: { ...noPolicy, onFailure: 'continue' },
          },
        ],
      },
    ],
  })
  for (const [i, slug] of [...own, 'early'].entries()) {
    const componentId = `cmp_${slug}`
    await db.component.create({ data: { id: componentId, slug, name: slug, createdAt: new Date(Date.now() + i) } })
    const door = { controlPlaneUrl: `http://127.0.0.1:9/${slug}`, controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_TEST' }
    const fleet = { id: `flt_${slug}`, environmentId: world.environmentId }
    await db.fleet.create({ data: { ...fleet, componentId, ...door } })
    if (slug !== 'early')
      await db.target.create({
        data: { id: `tgt_${slug}`, environmentId: world.environmentId, fleetId: fleet.id, slug, position: 0 },
      })
  }
})
afterAll(() => world.drop())
beforeEach(() => world.clock.pass(60))

let n = 0x2000
const send = async (name: (typeof names)[number], more: Record<string, unknown> = {}): Promise<UpdateView> => {
  const answer = await receiveUpdate(world.as('ci'), {
    source_repo: `acme/${name}`,
    deploy_name: name,
    environment: 'production',
    sha: (n++).toString(16).padStart(40, '0'),
    ...more,
  })
  if (!('update' in answer)) throw new Error('nothing was written')
  return answer.update
}
const lost = () => findLostUpdates(world.store.db, world.clock.now)
const get = (id: string) => getUpdate(world.ctx, { id })
const stale: Outcome = { state: 'failed', reason: 'stale', detail: 'still runs the old build' }

async function drive({ applyId }: Pick<UpdateView, 'applyId'>, outcome: Outcome = { state: 'completed' }) {
  await advanceApply(world.ctx, applyId ?? '')
  const running = await world.store.db.operation.findMany({ where: { applyId: applyId ?? '', state: 'running' } })
  for (const { id } of running) await driveTo(world, id, outcome)
  await advanceApply(world.ctx, applyId ?? '')
}

describe('where its deploy opted in', () => {
  test('an update opens the apply of its component alone, in the same request, and ends observed', async () => {
    const update = await send('infra', { run_id: 'run-1' })
    expect(update).toMatchObject({ state: 'waiting', settled: false, component: 'infra', deploys: 'control_plane' })
    const apply = await world.store.db.apply.findUniqueOrThrow({
      where: { id: update.applyId ?? '' },
      include: { operations: true, component: true, build: true },
    })
    expect(apply).toMatchObject({
      openedBy: 'ci',
      component: { slug: 'infra' },
      build: { tag: `staging-${update.sha.slice(0, 7)}` },
    })
    expect(apply.operations.map(({ slug }) => slug)).toEqual(['infra'])
    await advanceApply(world.ctx, apply.id)
    expect(await get(update.id)).toMatchObject({ state: 'deploying', settled: false })
    await drive(update)
    expect(await get(update.id)).toMatchObject({
      state: 'observed',
      settled: true,
      backlog: false,
      run: { id: 'run-1' },
      apply: { state: 'completed', onNewBuild: 1, total: 1 },
    })
  })

  test('nothing of another component is touched by all of that', async () => {
    const others = async () => ({
      targets: await world.store.db.target.findMany({ where: { slug: { not: 'infra' } }, orderBy: { id: 'asc' } }),
      applies: await world.store.db.apply.findMany({ where: { component: { slug: { not: 'infra' } } } }),
      expectations: await world.store.db.expectation.findMany({ where: { target: { slug: { not: 'infra' } } } }),
      readings: await world.store.db.currentReading.findMany({ where: { target: { slug: { not: 'infra' } } } }),
      slots: await world.store.db.externalSlot.findMany({ where: { deployName: { not: 'infra' } } }),
    })
    const before = await others()
    const { targets, builds, lanes } = await snapshot(world.database)
    const update = await send('infra')
    await drive(update)
    expect(await others()).toEqual(before)
    expect((await snapshot(world.database)).targets).toBe(targets)
    expect([builds, lanes]).not.toContain(undefined)
  })

  test('a failed deploy leaves the record, says so, and is tried again on request', async () => {
    const update = await send('lambda')
    await drive(update, stale)
    expect(await get(update.id)).toMatchObject({
      state: 'failed',
      settled: true,
      backlog: true,
      headline: expect.stringMatching(/^Recorded, not deployed: lambda failed/),
      record: { sha: update.sha },
    })
    expect((await countUpdates(world.ctx)).backlog).toBeGreaterThan(0)
    const again = await deployUpdate(world.ctx, { id: update.id })
    expect(again).toMatchObject({ applyId: update.applyId, settled: false })
    await drive(again)
    expect(await get(update.id)).toMatchObject({ state: 'observed', backlog: false })
    await expect(deployUpdate(world.ctx, { id: update.id })).rejects.toMatchObject({ code: 'refused' })
  })

  test('the policy comes from the fleet, else the deploy, else the environment; a canary only from its own fleet', async () => {
    const update = await send('edge', { version: '1.2.3+build' })
    const apply = await world.store.db.apply.findUniqueOrThrow({
      where: { id: update.applyId ?? '' },
      include: { build: true },
    })
    expect(apply).toMatchObject({
      onFailure: 'continue',
      requiresApproval: true,
      batchSize: 7,
      canarySlug: null,
      build: { tag: 'edge-1.2.3-build' },
    })
    expect(await get(update.id)).toMatchObject({ state: 'waiting', waitsFor: { kind: 'approval' } })
    await cancelApply(world.ctx, { id: apply.id, reason: 'not now' })
    expect(await get(update.id)).toMatchObject({ state: 'recorded', settled: true, backlog: true })
    const another = await deployUpdate(world.ctx, { id: update.id, reason: 'now' })
    expect(another.applyId).not.toBe(apply.id)
    expect(another).toMatchObject({ state: 'waiting', waitsFor: { kind: 'approval' } })
  })

  test('of a burst the newest waits, and the dropped ones are superseded, never failed', async () => {
    const running = await send('infra', { version: 'v3.0.0' })
    await advanceApply(world.ctx, running.applyId ?? '')
    const burst: UpdateView[] = []
    for (let i = 1; i <= 4; i++) {
      world.clock.pass(1)
      burst.push(await send('infra', { version: `v3.0.${i}` }))
    }
    const states = await Promise.all(burst.map(async ({ id }) => (await get(id)).state))
    expect(states).toEqual(['superseded', 'superseded', 'superseded', 'waiting'])
    expect((await get(burst[3]?.id ?? '')).waitsFor).toMatchObject({ kind: 'lane' })
    expect((await get(running.id)).state).toBe('deploying')
    await drive(running)
    await drive(burst[3] as UpdateView)
    expect((await get(running.id)).state).toBe('observed')
    expect((await get(burst[3]?.id ?? '')).state).toBe('observed')
  })

  test('an update that could not be opened for now is opened later by whoever finds it', async () => {
    const update = await send('early')
    expect(update).toMatchObject({
      state: 'recorded',
      settled: false,
      applyId: null,
      openRefusal: { code: 'fleet_empty', temporary: true },
      waitsFor: { kind: 'opening' },
    })
    expect(await lost()).toEqual([])
    world.clock.pass(11)
    expect(await lost()).toMatchObject([{ data: { updateId: update.id } }])
    await openUpdateApply(world.ctx, update.id)
    expect(await get(update.id)).toMatchObject({ applyId: null, openRefusal: { code: 'fleet_empty' } })
    await world.store.db.target.create({
      data: { id: 'tgt_early', environmentId: world.environmentId, fleetId: 'flt_early', slug: 'early', position: 0 },
    })
    await openUpdateApply(world.ctx, update.id)
    expect(await get(update.id)).toMatchObject({ state: 'waiting', openRefusal: null, applyId: expect.any(String) })
    world.clock.pass(60)
    expect(await lost()).toEqual([])
  })

  test('ten that open one at once open one apply; one that was opened and not linked is found', async () => {
    const { db } = world.store
    const update = await send('lambda')
    await db.externalUpdate.update({ where: { id: update.id }, data: { applyId: null } })
    const ids = await Promise.all(Array.from({ length: 10 }, () => openUpdateApply(world.ctx, update.id)))
    expect(new Set(ids)).toEqual(new Set([update.applyId]))
    expect(await db.apply.count({ where: { idempotencyKey: { startsWith: `external-update:${update.id}` } } })).toBe(1)
    expect((await get(update.id)).applyId).toBe(update.applyId)
  })

  test('one that a workflow deploys gets a fleet with one target of its own', async () => {
    const update = await send('flows')
    expect(update).toMatchObject({ deploys: 'workflow', state: 'waiting', component: 'flows' })
    const fleet = await world.store.db.fleet.findFirstOrThrow({
      where: { component: { slug: 'flows' } },
      include: { targets: true },
    })
    expect(fleet).toMatchObject({
      deploysBy: 'workflow',
      controlPlaneUrl: null,
      workflow: { forge: 'hub', repo: 'acme/flows', ref: 'main' },
      targets: [{ slug: 'flows' }],
    })
    await drive(update, { state: 'failed', reason: 'not_observable', detail: 'the run succeeded' })
    expect(await get(update.id)).toMatchObject({ state: 'deployed', settled: true, backlog: false })
  })

  test("a run that says it deploys is followed as the sender's own, and must be named", async () => {
    const update = await send('flows', { deploys: 'in-this-run', run_id: '77' })
    expect(update).toMatchObject({ deploys: 'in_run', run: { id: '77' } })
    await expect(send('flows', { deploys: 'in-this-run' })).rejects.toMatchObject({ field: 'run_id' })
    expect(await send('lambda', { deploys: 'in-this-run', run_id: '78' })).toMatchObject({ deploys: 'control_plane' })
  })
})

describe('where it did not', () => {
  test('nothing is ever opened', async () => {
    const update = await send('plain')
    expect(await openUpdateApply(world.ctx, update.id)).toBeNull()
    await expect(deployUpdate(world.ctx, { id: update.id })).rejects.toMatchObject({
      code: 'refused',
      remedy: expect.stringContaining('on_update.deploy'),
    })
    expect(await get(update.id)).toMatchObject({ state: 'recorded', settled: true, backlog: true, applyId: null })
    expect(await world.store.db.apply.count({ where: { component: { slug: 'plain' } } })).toBe(0)
  })
})

describe('forcing', () => {
  test('records what a rule of order refused, as an update of its own with the reason', async () => {
    await send('plain', { version: 'v5.0.0' })
    world.clock.pass(1)
    await expect(send('plain', { version: 'v4.0.0' })).rejects.toMatchObject({ details: [{ code: 'older' }] })
    const refused = await world.store.db.externalUpdate.findFirstOrThrow({ orderBy: { id: 'desc' } })
    const forced = await forceUpdate(world.as('jo'), { id: refused.id, reason: 'v5 leaks' })
    expect(forced).toMatchObject({ state: 'recorded', version: 'v4.0.0', reason: 'v5 leaks', receivedBy: 'jo' })
    expect(forced.id).not.toBe(refused.id)
    expect(await get(refused.id)).toMatchObject({ state: 'refused' })
  })

  test('is refused where the rule is no matter of order', async () => {
    await expect(send('plain', { source_repo: 'acme/infra' })).rejects.toThrow()
    const refused = await world.store.db.externalUpdate.findFirstOrThrow({ orderBy: { id: 'desc' } })
    await expect(forceUpdate(world.ctx, { id: refused.id, reason: 'please' })).rejects.toMatchObject({
      code: 'refused',
    })
    await expect(forceUpdate(world.ctx, { id: refused.id })).rejects.toMatchObject({ field: 'reason' })
  })
})

describe('going back', () => {
  const slot = async (name: string) => (await listSlots(world.ctx, {})).find(({ deploy_name }) => deploy_name === name)

  test('takes the commit, version and artifacts of the ring, and deploys them where that is wanted', async () => {
    const first = await send('infra', { version: 'v6.0.0', artifacts: { chart: '6' } })
    await drive(first)
    const second = await send('infra', { version: 'v6.1.0', artifacts: { chart: '7' } })
    await drive(second)
    expect((await get(second.id)).actions.rollBack).toMatchObject({ allowed: true, label: 'Roll back to v6.0.0' })
    const { update, created } = await rollBackExternal(world.as('jo'), {
      environment: 'production',
      deploy_name: 'infra',
      reason: 'v6.1.0 leaks',
    })
    expect(created).toBe(true)
    expect(update).toMatchObject({
      via: 'rollback',
      sha: first.sha,
      version: 'v6.0.0',
      record: { artifacts: { chart: '6' } },
      reason: 'v6.1.0 leaks',
      applyId: expect.any(String),
    })
    expect((await slot('infra'))?.previous[0]).toMatchObject({ sha: second.sha, updateId: second.id })
    await drive(update)
    expect(await get(update.id)).toMatchObject({ state: 'observed' })

    const named = { environment: 'production', deploy_name: 'infra', to: 'v6.1.0' }
    const forth = await rollBackExternal(world.ctx, named)
    expect(forth.update.sha).toBe(second.sha)
    expect(await rollBackExternal(world.ctx, named)).toMatchObject({ created: false, update: { id: forth.update.id } })
  })

  test.each([
    ['nothing_recorded', { deploy_name: 'ghost' }],
    ['target_found', { deploy_name: 'infra', to: 'v99' }],
  ])('is refused by %s', async (rule, more) => {
    await expect(rollBackExternal(world.ctx, { environment: 'production', ...more })).rejects.toMatchObject({
      code: 'refused',
      details: [{ code: rule }],
    })
  })
})

describe('the record', () => {
  const rows = (action: string, subjectId: string) =>
    world.store.db.auditEntry.findMany({ where: { action, subjectId }, orderBy: { id: 'asc' } })
  const ben = () => ({ ...world.ctx, actor: { name: 'ben', id: 'usr_ben', via: 'ui' as const } })

  test('names who had it deployed, and of what the worker opens whoever sent it', async () => {
    const update = await send('edge', { version: 'v9.0.0' })
    await cancelApply(world.ctx, { id: update.applyId ?? '', reason: 'not now' })
    const again = await deployUpdate(ben(), { id: update.id, reason: 'now' })
    const from = { updateId: update.id, receivedBy: 'ci' }
    expect(await rows('apply.open', again.applyId ?? '')).toMatchObject([
      { actor: 'ben', actorId: 'usr_ben', via: 'ui', detail: from, after: { state: 'awaiting_approval' } },
    ])
    expect(await world.store.db.apply.findUnique({ where: { id: again.applyId ?? '' } })).toMatchObject({
      openedBy: 'ben',
    })
    expect(await rows('update.deploy', update.id)).toMatchObject([
      { actor: 'ben', reason: 'now', environmentId: world.environmentId },
    ])
    await cancelApply(world.ctx, { id: again.applyId ?? '', reason: 'not now' })
    await world.store.db.externalUpdate.update({ where: { id: update.id }, data: { applyId: null } })
    await world.store.db.apply.updateMany({
      where: { idempotencyKey: `external-update:${update.id}` },
      data: { idempotencyKey: null },
    })
    const worker = { ...world.ctx, actor: { name: 'worker', via: 'worker' as const } }
    const applyId = (await openUpdateApply(worker, update.id)) ?? ''
    expect(await rows('apply.open', applyId)).toMatchObject([
      { actor: 'ci', actorId: null, via: 'worker', detail: from },
    ])
  })

  test('has no deploy that was refused, and one that puts back in line in the same transaction', async () => {
    await world.store.db.target.updateMany({ where: { fleetId: 'flt_early' }, data: { enumerated: false } })
    const refused = await send('early')
    await expect(deployUpdate(ben(), { id: refused.id })).rejects.toMatchObject({ code: 'refused' })
    expect(await rows('update.deploy', refused.id)).toEqual([])

    const update = await send('lambda', { version: 'v9.0.0' })
    await drive(update, stale)
    await deployUpdate(ben(), { id: update.id, reason: 'once more' })
    const written = await world.database.query<{ action: string; xmin: string }>(
      `select action, xmin::text as xmin from audit where reason = 'once more' order by id`,
    )
    expect(written.map(({ action }) => action)).toEqual(['update.deploy', 'apply.retry'])
    expect(new Set(written.map(({ xmin }) => xmin)).size).toBe(1)
  })

  test('has an override only where a rule stood in the way and somebody asked to pass it over', async () => {
    const overrides = async (action: string, id: string | null) => (await rows(action, id ?? ''))[0]?.detail
    const first = await send('infra', { version: 'v7.0.0', allow_downgrade: true, force: true })
    await drive(first)
    world.clock.pass(1)
    const second = await send('infra', { version: 'v7.1.0' })
    await drive(second)
    for (const update of [first, second]) {
      expect(await overrides('update.record', update.id)).not.toHaveProperty('overrides')
      expect(await overrides('apply.open', update.applyId)).not.toHaveProperty('overrides')
    }
    world.clock.pass(1)
    const back = await send('infra', { version: 'v7.0.5', allow_downgrade: true })
    expect(await overrides('update.record', back.id)).toMatchObject({ overrides: ['override.downgrade'] })
  })
})
