import { startForge, type TestForge } from '@rollcall/forge/testing'
import {
  allowOrigin,
  deployUpdate,
  disallowOrigin,
  getOperation,
  getUpdate,
  listOperations,
  type OperationView,
  receiveUpdate,
  type UpdateView,
} from '@rollcall/services'
import { external, inForce } from '@rollcall/services/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { component, forgeTokenVariable, sha } from '../testing/builds.ts'
import { eventually } from '../testing/eventually.ts'
import type { Place } from '../testing/place.ts'
import { startWorld, type World } from '../testing/world.ts'

let world: World
let forge: TestForge | null = null
const open: { end(): Promise<void> }[] = []
beforeAll(async () => {
  world = await startWorld()
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((worker) => worker.end()))
  await forge?.close()
  forge = null
})
afterAll(() => world.close())

/** A forge, an environment, and a component there that the forge's workflow deploys. */
async function scene(
  options: { observable?: boolean; kind?: 'github' | 'gitea'; work?: boolean; patient?: number } = {},
) {
  const { observable = false, kind = 'github', work = true, patient = 20 } = options
  const hub = await startForge({ kind, now: () => new Date() })
  forge = hub
  await openDoorTo(hub)
  const place = await world.place({
    tenants: [component],
    environment: { redeployTimeoutSeconds: patient, settleBudgetSeconds: 2 },
  })
  if (observable) await observe(place)
  if (work) open.push(await world.worker())
  return { hub, place }
}

async function openDoorTo({ access: { kind, url } }: TestForge) {
  await inForce(world, {
    external: external({ infra: 'workflow' }),
    // the fleet of the tests knows the builds of one component: what is deployed here is that one
    deploys: { infra: { component, forge: 'hub', tag: '<sha7>', policy: {} as never } },
    forges: [{ name: 'hub', kind, url, tokenEnv: forgeTokenVariable }],
  })
  // each test has a forge of its own, and they share a token
  await allowOrigin(world.ctx, { name: forgeTokenVariable, origin: url })
}

/** The one target of the component's own fleet answers what it runs. */
async function observe(place: Place) {
  const { tenantUrlTemplate } = place.fleet.env(place.slug)
  const { count } = await world.store.db.fleet.updateMany({
    where: { environmentId: place.id, component: { slug: component }, deploysBy: 'workflow' },
    data: { tenantUrlTemplate },
  })
  expect(count).toBe(1)
}

async function send(place: Place, more: object = {}): Promise<UpdateView> {
  const answer = await receiveUpdate(world.ctx, {
    source_repo: 'acme/infra',
    deploy_name: 'infra',
    environment: place.slug,
    sha: sha.next,
    version: 'v2.0.0',
    ...more,
  })
  if (!('update' in answer)) throw new Error('nothing was written')
  return answer.update
}

const until = (id: string, what: string, when: (update: UpdateView) => boolean) =>
  eventually(
    what,
    async () => {
      const update = await getUpdate(world.ctx, { id })
      return when(update) ? update : null
    },
    { withinSeconds: 30, sofar: async () => (await getUpdate(world.ctx, { id })).headline },
  )
const settled = (id: string) => until(id, 'the update settles', (update) => update.settled && update.applyId !== null)
const ordered = (hub: TestForge, count = 1) => eventually('the run is ordered', () => hub.runs.length >= count)
const posts = ({ requests }: TestForge) => requests.filter(({ method }) => method === 'POST').length

async function operation({ applyId }: UpdateView): Promise<OperationView> {
  const { items } = await listOperations(world.ctx, { applyId: applyId ?? '' })
  return getOperation(world.ctx, { id: items[0]?.id ?? '' })
}

describe('a component that a workflow deploys', () => {
  test.each(['github', 'gitea'] as const)(
    'is ordered once at %s, followed to its end, and observed where it can be asked',
    async (kind) => {
      const { hub, place } = await scene({ observable: true, kind })
      const { id } = await send(place)
      await ordered(hub)
      expect(hub.runs[0]?.inputs).toMatchObject({
        environment: place.slug,
        sha: sha.next,
        version: 'v2.0.0',
        deploy_name: 'infra',
        rollcall: expect.stringMatching(/^att_/),
      })
      const moving = await until(id, 'the run is known', ({ run }) => run?.id === '1000' && run.url !== null)
      expect(moving.state).toBe('deploying')
      await place.bringPast(world.deps.client, component, sha.next)
      hub.end(1000, 'success')
      const update = await settled(id)
      expect(update).toMatchObject({ state: 'observed', backlog: false, run: { id: '1000' } })
      expect(await operation(update)).toMatchObject({
        state: 'completed',
        claim: 'run succeeded',
        observedSha: sha.next,
        attempts: [{ runId: '1000', runUrl: expect.stringContaining('/runs/1000') }],
      })
      expect(posts(hub)).toBe(1)
    },
  )

  test('law 5: is deployed and not observed where nothing can be asked what runs', async () => {
    const { hub, place } = await scene()
    const { id } = await send(place)
    await ordered(hub)
    hub.end(1000, 'success')
    const update = await settled(id)
    expect(update).toMatchObject({ state: 'deployed', apply: { state: 'failed', onNewBuild: 0 } })
    expect(await operation(update)).toMatchObject({ state: 'failed', failureReason: 'not_observable' })
  })

  test('law 5: a run that succeeded proves nothing while the target answers with another build', async () => {
    const { hub, place } = await scene({ observable: true })
    const { id } = await send(place)
    await ordered(hub)
    hub.end(1000, 'success')
    const update = await settled(id)
    expect(update).toMatchObject({
      state: 'failed',
      backlog: true,
      headline: expect.stringMatching(/^Recorded, not deployed/),
    })
    const { failureReason, failureDetail } = await operation(update)
    expect(failureReason).toBe('stale')
    expect(failureDetail).toContain('The run had claimed success.')
  })

  test.each(['failure', 'cancelled', 'skipped'])(
    'is recorded and not deployed when its run ends with %s',
    async (end) => {
      const { hub, place } = await scene()
      const { id } = await send(place)
      await ordered(hub)
      hub.end(1000, end)
      const update = await settled(id)
      expect(update).toMatchObject({ state: 'failed', backlog: true, record: { sha: sha.next } })
      expect(await operation(update)).toMatchObject({ failureReason: 'run_failed' })
      if (end !== 'failure') return
      // a person's retry is an order of its own
      await deployUpdate(world.ctx, { id })
      await ordered(hub, 2)
      hub.end(1001, 'success')
      expect(await settled(id)).toMatchObject({ state: 'deployed', run: { id: '1001' } })
    },
  )

  test('law 6: an order that was not answered is looked for, never given again', async () => {
    const { hub, place } = await scene({ patient: 5 })
    hub.failNext('silent_after_acting', 1, '/dispatches')
    const { id } = await send(place)
    await until(id, 'the run is found', ({ run }) => run?.id === '1000')
    hub.end(1000, 'success')
    expect(await settled(id)).toMatchObject({ state: 'deployed' })
    expect(posts(hub)).toBe(1)
  })

  test('trouble while watching is lived through', async () => {
    const { hub, place } = await scene()
    const { id } = await send(place)
    await until(id, 'the run is found', ({ run }) => run?.id === '1000')
    hub.failNext('server_error', 5, '/actions/runs/1000')
    hub.failNext('html', 2, '/actions/runs/1000')
    hub.end(1000, 'success')
    expect(await settled(id)).toMatchObject({ state: 'deployed' })
    expect(posts(hub)).toBe(1)
  })

  test('law 6: a run that was not seen to its end is unknown, and what a person retries is that run', async () => {
    const { hub, place } = await scene({ patient: 3 })
    const { id } = await send(place)
    const update = await settled(id)
    expect(update).toMatchObject({ state: 'failed', run: { id: '1000' } })
    expect(await operation(update)).toMatchObject({ failureReason: 'run_unknown', claim: 'run not seen to its end' })
    await deployUpdate(world.ctx, { id })
    hub.end(1000, 'success')
    expect(await settled(id)).toMatchObject({ state: 'deployed', run: { id: '1000' } })
    expect(posts(hub)).toBe(1)
  })

  test('is refused in the words of the forge, and tried again where nothing was sent', async () => {
    const { hub, place } = await scene({ work: false })
    hub.failNext('rate_limited', 1, '/dispatches')
    const { id } = await send(place)
    open.push(await world.worker())
    await ordered(hub)
    hub.end(1000, 'success')
    const update = await settled(id)
    expect(update.state).toBe('deployed')
    expect((await operation(update)).attempts.map(({ failureReason }) => failureReason)).toEqual([
      'not_observable',
      'forge_unreachable',
    ])
  })
})

describe('kill -9 of the worker', () => {
  test.each([
    ['between the order and its answer', 'silent_after_acting'],
    ['while it follows the run', null],
  ] as const)('%s: another one finds the run and follows it, and nothing is ordered twice', async (_, fault) => {
    const { hub, place } = await scene({ observable: true, work: false })
    const child = await world.child()
    if (fault) hub.failNext(fault, 1, '/dispatches')
    const { id } = await send(place)
    await ordered(hub)
    if (!fault) await until(id, 'the run is known', ({ run }) => run?.id === '1000')
    await child.kill()
    open.push(await world.worker())
    await place.bringPast(world.deps.client, component, sha.next)
    hub.end(1000, 'success')
    expect(await settled(id)).toMatchObject({ state: 'observed', run: { id: '1000' } })
    expect(posts(hub)).toBe(1)
  })
})

describe('law 6: a run that may have been ordered is read back by whoever is asked next', () => {
  test.each([
    ['its token was taken away', (url: string) => disallowOrigin(world.ctx, { name: forgeTokenVariable, origin: url })],
    ['the forge was taken out of the configuration', () => inForce(world, { forges: [] })],
  ] as const)('also when the driver was lost and meanwhile %s', async (_, shut) => {
    const { hub, place } = await scene({ work: false })
    const child = await world.child()
    hub.failNext('silent_after_acting', 1, '/dispatches')
    const { id } = await send(place)
    await ordered(hub)
    await child.kill()
    await shut(hub.access.url)
    open.push(await world.worker())
    const lost = await settled(id)
    expect(lost).toMatchObject({ state: 'failed' })
    expect(await operation(lost)).toMatchObject({ failureReason: 'run_unknown', claim: 'run not seen to its end' })
    await openDoorTo(hub)
    await deployUpdate(world.ctx, { id })
    await until(id, 'the run is followed', ({ run }) => run?.id === '1000')
    hub.end(1000, 'success')
    expect(await settled(id)).toMatchObject({ state: 'deployed', run: { id: '1000' } })
    expect(posts(hub)).toBe(1)
  })

  test('also when the forge could not be read after the order', async () => {
    const { hub, place } = await scene({ patient: 3, work: false })
    hub.failNext('silent_after_acting', 1, '/dispatches')
    const { id } = await send(place)
    open.push(await world.worker())
    await ordered(hub)
    hub.failNext('server_error', 500, '/runs')
    const unread = await settled(id)
    expect(await operation(unread)).toMatchObject({ failureReason: 'run_unknown', claim: 'run not seen to its end' })
    expect(posts(hub)).toBe(1)
  })
})

describe("a deploy in the sender's own run", () => {
  test('is followed there, and nothing is ordered', async () => {
    const { hub, place } = await scene()
    hub.runs.push({
      id: 1000,
      repo: 'acme/infra',
      file: 'external-update.yaml',
      title: 'External update infra',
      ref: 'refs/heads/main',
      status: 'in_progress',
      conclusion: null,
      createdAt: new Date(),
      inputs: {},
      hiddenFor: 0,
    })
    const { id } = await send(place, { run_id: 1000, deploys: 'in-this-run' })
    await until(id, 'the run is followed', ({ run }) => run?.url != null || hub.requests.length > 2)
    hub.end(1000, 'success')
    expect(await settled(id)).toMatchObject({ state: 'deployed', deploys: 'in_run', run: { id: '1000' } })
    expect(posts(hub)).toBe(0)
  })

  test('comes to an end where the forge cannot be asked about it', async () => {
    const { place, hub } = await scene()
    // as it may have been stored: a group inside of a group, which these forges do not have
    const workflow = { forge: 'hub', repo: 'acme/group/infra', workflow: 'deploy.yaml', ref: 'main' }
    await world.store.db.fleet.updateMany({
      where: { environmentId: place.id, deploysBy: 'workflow' },
      data: { workflow },
    })
    const { id } = await send(place, { run_id: 1000, deploys: 'in-this-run' })
    const update = await settled(id)
    expect(await operation(update)).toMatchObject({ failureReason: 'run_unknown' })
    expect(hub.requests).toHaveLength(0)
  })
})
