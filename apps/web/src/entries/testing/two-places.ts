import { verifyDelivery } from '@rollcall/forge'
import { fixtureWith, signed } from '@rollcall/forge/testing'
import {
  addPerson,
  approveApply,
  cancelApply,
  createToken,
  createTrust,
  deployUpdate,
  handleDelivery,
  listOperations,
  openPromotion,
  openSession,
  receiveUpdate,
  rejectApply,
  releaseApply,
  retryApply,
  retryOperation,
  stopApply,
  storeDelivery,
  sweepNow,
} from '@rollcall/services'
import {
  external,
  failed,
  inForce,
  type TestPlace,
  type TestWorld,
  testPlace,
  testWorld,
} from '@rollcall/services/testing'
import { newId } from '@rollcall/store'

/** An environment with one of everything that can be in one, by names that stand nowhere else. */
export interface StockedPlace {
  environment: string
  environmentId: string
  tenants: readonly string[]
  /** an apply that waits for approval, and one that failed */
  waiting: string
  ended: string
  failedOperation: string
  /** updates: recorded, recorded on purpose although it is older, and refused */
  update: string
  forcedUpdate: string
  refusedUpdate: string
  /** what a tenant answers and no build is */
  strangeSha: string
}

export interface TwoPlaces {
  world: TestWorld
  here: StockedPlace
  there: StockedPlace
  delivery: string
  promotion: string
  /** with a role in each place */
  person: string
  session: string
  /** without anything, to be changed and deleted */
  stranger: string
  /** of nobody in particular, in both places */
  token: string
  /** one for machines to delete, one for pages */
  trusts: { rest: string; page: string }
}

const hook = {
  name: 'forge',
  sender: null,
  secretEnvs: ['ROLLCALL_HOOK_SECRET_TEST'],
  repos: null,
  updates: [
    { on: 'push' as const, repo: 'acme/infra', ref: 'refs/tags/v*', deployName: 'infra', environment: 'nightjar' },
  ],
  relays: [],
}

/** Two environments of the same shape, a delivery that led to an update there, and a set whose promotions go on there. */
export async function twoPlaces(): Promise<TwoPlaces> {
  const world = await testWorld({ tenants: [] })
  const here = await placed(world, 'staging', ['heron', 'ibis', 'jacana'])
  const there = await placed(world, 'nightjar', ['numbat', 'quoll', 'quokka'])
  await inForce(world, {
    external: external({ infra: 'record_only', server: 'control_plane' }),
    webhooks: [hook],
    registries: [{ name: 'ours', url: 'http://127.0.0.1:9', usernameEnv: null, passwordEnv: null, realms: [] }],
    imageSets: [
      {
        ...{ name: 'web', component: 'server', registry: 'ours', images: ['demo/web'], branch: 'main' },
        ...{ sourceTag: 'main-<sha7>', destinationTag: 'latest', gate: null, automatic: false, staleAfterHours: 24 },
        thenApply: { environment: there.environment, policy: { ...nothing } },
      },
    ],
  })
  const places = { here: await stocked(world, here, 'a'), there: await stocked(world, there, 'b') }
  const promotion = await openPromotion(world.ctx, { sha: world.shas[1] })
  await world.store.db.promotion.update({ where: { id: promotion.id }, data: { applyId: places.there.ended } })
  const roles = [here, there].map(({ environment }) => ({ role: 'viewer', environment }))
  const { person } = await addPerson(world.ctx, { name: 'Paula', email: 'paula@x.test', roles })
  const { person: stranger } = await addPerson(world.ctx, { name: 'Sten', email: 'sten@x.test', roles: [] })
  const visit = { token: 'token-of-paula', userId: person.id, client: null, browser: null }
  const session = await openSession(world.ctx, { id: newId('ses'), ...visit })
  const given = { name: 'ours', capabilities: 'admin', environments: [here.environment, there.environment] }
  const token = await createToken(world.ctx, { ...given, expiresInHours: 24 })
  const trust = (name: string) =>
    createTrust(world.ctx, { ...given, name, issuer: 'https://gitlab.com', claims: { project_id: '7' } })
  return {
    world,
    ...places,
    delivery: await delivered(world),
    promotion: promotion.id,
    person: person.id,
    session: session.id,
    stranger: stranger.id,
    token: token.id,
    trusts: { rest: (await trust('for machines')).id, page: (await trust('for pages')).id },
  }
}

const nothing = {
  ...{ batchSize: null, soakSeconds: null, onFailure: null, maxStragglers: null, requiresApproval: null, canary: null },
}

interface Placed {
  environment: string
  tenants: readonly string[]
  place: TestPlace
}

async function placed(world: TestWorld, environment: string, tenants: readonly string[]): Promise<Placed> {
  const place = await testPlace(world, tenants)
  const { db } = world.store
  await db.environment.update({ where: { id: place.environmentId }, data: { slug: environment, name: environment } })
  await db.fleet.update({
    where: { id: place.environmentId },
    data: {
      controlPlaneUrl: `http://127.0.0.1:9/${environment}`,
      tenantUrlTemplate: `http://127.0.0.1:9/${environment}/t/{slug}`,
      sweptAt: world.clock.now,
      sweepDetail: `asked in ${environment}`,
    },
  })
  return { environment, tenants, place }
}

async function stocked(world: TestWorld, placed: Placed, hex: string): Promise<StockedPlace> {
  const { environment, tenants, place } = placed
  await decided(world, placed, hex)
  const { id: ended } = await place.start({ environment, sha: world.shas[1] })
  await place.driveAll(ended, () => failed)
  const { id: waiting } = await place.open({ environment, requiresApproval: true })
  const operations = await listOperations(world.ctx, { applyId: ended, state: ['failed'] })
  const strangeSha = `5${hex}`.repeat(20)
  await place.answer(tenants.slice(0, 1), { kind: 'sha', sha: strangeSha })

  let n = 0
  const report = async (more: object = {}) => {
    world.clock.pass(1)
    const sha = `${hex}${++n}`.repeat(20)
    const report = { source_repo: 'acme/infra', deploy_name: 'infra', environment, sha, version: `v1-${environment}` }
    await receiveUpdate(world.ctx, { ...report, ...more }).catch(() => {})
    return (await world.store.db.externalUpdate.findFirstOrThrow({ orderBy: { id: 'desc' } })).id
  }
  const refusedUpdate = await report({ sha: 'main' })
  const forcedUpdate = await report({ force: true, allow_downgrade: true, reason: 'it is needed there' })
  return {
    ...{ environment, environmentId: place.environmentId, tenants, waiting, ended },
    failedOperation: operations.items[0]?.id ?? '',
    update: await report(),
    ...{ forcedUpdate, refusedUpdate, strangeSha },
  }
}

/** Everything that somebody can decide about an apply there, so that the audit has a row of each. */
async function decided(world: TestWorld, { environment, place }: Placed, hex: string): Promise<void> {
  const { ctx } = world
  const reason = `needed in ${environment}`
  const open = (more: object) => place.start({ environment, sha: world.shas[1], ...more })
  await rejectApply(ctx, { id: (await open({ requiresApproval: true })).id, reason })
  const approved = await open({ requiresApproval: true })
  await approveApply(ctx, { id: approved.id })
  await place.advance(approved.id)
  await place.driveAll(approved.id, () => failed)
  await retryApply(ctx, { id: approved.id, reason })
  await stopApply(ctx, { id: approved.id, reason })
  await place.driveAll(approved.id, () => failed)
  const paused = await open({ onFailure: 'pause', batchSize: 1 })
  for (const slug of await place.running(paused.id)) await place.drive(paused.id, slug, failed)
  await releaseApply(ctx, { id: paused.id, reason })
  await cancelApply(ctx, { id: paused.id, reason })
  await place.driveAll(paused.id, () => failed)
  const [operation] = (await listOperations(ctx, { applyId: paused.id, state: ['failed'] })).items
  await retryOperation(ctx, { id: operation?.id ?? '', reason }).catch(() => {})
  await place.driveAll(paused.id, () => failed)
  await sweepNow(ctx, { environment })
  const report = {
    source_repo: 'acme/server',
    deploy_name: 'server',
    environment,
    sha: `7${hex}`.repeat(20),
    version: 'v1',
  }
  const received = await receiveUpdate(ctx, report)
  if (!('update' in received)) throw new Error('nothing was written')
  const { id, applyId } = received.update
  await cancelApply(ctx, { id: applyId ?? '', reason })
  const again = await deployUpdate(ctx, { id, reason })
  await cancelApply(ctx, { id: again.applyId ?? '', reason })
}

async function delivered(world: TestWorld): Promise<string> {
  const secret = 'the secret of the tests'
  const body = fixtureWith('github-push', (push) => {
    push.ref = 'refs/tags/v1.2.3'
    push.after = '9'.repeat(40)
    push.head_commit = { id: '9'.repeat(40), message: 'for nightjar' }
    push.repository.full_name = 'acme/infra'
  })
  const delivery = signed(body, { sender: 'github', event: 'push', secret })
  const verdict = verifyDelivery(delivery, { secrets: [secret] }, world.clock.now)
  if (!verdict.verified) throw new Error('the fixture is not signed')
  const { id } = await storeDelivery(world.ctx, hook, delivery, verdict)
  await world.store.deliveries.flush()
  await handleDelivery(world.ctx, id)
  return id
}
