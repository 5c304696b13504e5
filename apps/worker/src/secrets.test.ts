import { forgeToken, startForge } from '@rollcall/forge/testing'
import { buildIndex, pushImage, startFakeRegistry } from '@rollcall/registry-client/testing'
import {
  allowOrigin,
  type Context,
  getOperation,
  getPromotion,
  getUpdate,
  importConfiguration,
  listOperations,
  listSecrets,
  openPromotion,
  readSecretKeys,
  receiveUpdate,
  retryApply,
  setSecret,
  sweepNow,
} from '@rollcall/services'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { component, forgeTokenVariable, sha, token, tokenVariable } from './testing/builds.ts'
import { eventually } from './testing/eventually.ts'
import type { Place } from './testing/place.ts'
import { startRecorder } from './testing/recorder.ts'
import { registryAccount, registryVariables, secretKey } from './testing/worker-settings.ts'
import { startWorld, type World } from './testing/world.ts'

/** A world of its own for each, because a name is bound once. */
let world: World
let ctx: Context
const open: { close(): Promise<unknown> }[] = []
beforeEach(async () => {
  world = await startWorld()
  ctx = { ...world.ctx, keys: readSecretKeys({ ROLLCALL_SECRET_KEY: secretKey }) }
})
afterEach(async () => {
  await world.close()
  await Promise.all(open.splice(0).map((one) => one.close()))
})
const kept = <T extends { close(): Promise<unknown> }>(one: T): T => {
  open.push(one)
  return one
}

const originOf = (url: string) => new URL(url).origin
const fleetOf = (place: Place) => world.store.db.fleet.findUniqueOrThrow({ where: { id: place.id } })

/** Another host that answers as the fleet does, and the environment as it is when it is pointed there. */
async function elsewhere(place: Place) {
  const { controlPlaneUrl, tenantUrlTemplate } = place.fleet.env(place.slug)
  const recorder = kept(await startRecorder(controlPlaneUrl))
  const moved = (url: string) => url.replace(originOf(controlPlaneUrl), recorder.url)
  return {
    recorder,
    there: { controlPlaneUrl: moved(controlPlaneUrl), tenantUrlTemplate: moved(tenantUrlTemplate) },
  }
}

/** Opens an apply and waits for its end; answers its one operation. */
async function tried(place: Place, build = sha.next) {
  const { id } = await place.open({ sha: build })
  await place.untilSettled(id)
  return { ...(await place.operation(id, 'acme')), applyId: id }
}

/** Asks for a roll call and answers how the control plane's part of it ended, once it is another one than before. */
async function swept(place: Place) {
  const { sweptAt } = await fleetOf(place)
  await sweepNow(ctx, { environment: place.slug })
  return eventually('a roll call', async () => {
    const fleet = await fleetOf(place)
    return fleet.sweptAt?.getTime() !== sweptAt?.getTime() && fleet
  })
}

describe('a control plane that is pointed to another host', () => {
  test('gets no byte of a token that is a variable, and says why, until a person allows it', {
    timeout: 60_000,
  }, async () => {
    const place = await world.place({ tenants: ['acme'], environment: { maxAttempts: 1 } })
    await world.worker()
    const { recorder, there } = await elsewhere(place)
    await place.repoint(there)

    const refused = await tried(place)
    expect(refused).toMatchObject({ state: 'failed', failureReason: 'refused', claim: null, observedSha: sha.old })
    const old = `http://127.0.0.1:${new URL(place.fleet.env(place.slug).controlPlaneUrl).port}`
    expect(refused.failureDetail).toBe(
      `${tokenVariable} may not be sent to ${recorder.url}: it was given for ${old}; set it anew for this address, or allow it, under Secrets.`,
    )
    expect(await swept(place)).toMatchObject({ sweepOutcome: 'refused', sweepDetail: refused.failureDetail })
    // it was looked at, by operation and roll call, and asked for nothing that needs a token
    expect(recorder.connections()).toBeGreaterThan(0)
    expect(recorder.received(token)).toBe(false)

    await allowOrigin(ctx, { name: tokenVariable, origin: recorder.url })
    await retryApply(ctx, { id: refused.applyId })
    await place.untilSettled(refused.applyId)
    expect(await place.operation(refused.applyId, 'acme')).toMatchObject({ state: 'completed', observedSha: sha.next })
    expect(await swept(place)).toMatchObject({ sweepOutcome: 'enumerated' })
    expect(recorder.received(token)).toBe(true)
  })

  test('gets no byte of a token that is stored, which is deleted, until a person sets it anew', {
    timeout: 60_000,
  }, async () => {
    const name = 'ROLLCALL_CP_TOKEN_STORED'
    const place = await world.place({
      tenants: ['acme'],
      environment: { maxAttempts: 1, controlPlaneTokenEnv: name },
      swept: false,
    })
    await setSecret(ctx, { name, value: token })
    await world.worker()
    await eventually('the first roll call', async () => (await fleetOf(place)).sweepOutcome === 'enumerated')
    expect(await tried(place)).toMatchObject({ state: 'completed' })

    const { recorder, there } = await elsewhere(place)
    await place.repoint({ ...there, controlPlaneTokenEnv: name })
    expect(await world.store.db.secret.findUnique({ where: { name } })).toMatchObject({ ciphertext: null, keyId: null })
    const refused = await tried(place, sha.newest)
    expect(refused).toMatchObject({ state: 'failed', failureReason: 'refused', claim: null, observedSha: sha.next })
    expect(refused.failureDetail).toContain(`${name} may not be sent to ${recorder.url}: it was given for`)
    expect(await swept(place)).toMatchObject({ sweepOutcome: 'refused', sweepDetail: refused.failureDetail })
    // only allowed, there is nothing to send
    await allowOrigin(ctx, { name, origin: recorder.url })
    expect(await swept(place)).toMatchObject({
      sweepOutcome: 'refused',
      sweepDetail: expect.stringContaining('is not set'),
    })
    expect(recorder.connections()).toBeGreaterThan(0)
    expect(recorder.received(token)).toBe(false)

    const [view] = (await listSecrets(ctx)).filter((one) => one.name === name)
    expect(view).toMatchObject({ value: 'missing', waiting: [expect.stringContaining('is not set')] })
    await setSecret(ctx, { name, value: token })
    await retryApply(ctx, { id: refused.applyId })
    await place.untilSettled(refused.applyId)
    expect(await place.operation(refused.applyId, 'acme')).toMatchObject({
      state: 'completed',
      observedSha: sha.newest,
    })
    expect(recorder.received(token)).toBe(true)
  })
})

test('a forge that an import points elsewhere gets no byte of its token', { timeout: 60_000 }, async () => {
  const hub = kept(await startForge({ kind: 'github', now: () => new Date() }))
  const recorder = kept(await startRecorder(hub.url))
  const place = await world.place({ tenants: [component], environment: { redeployTimeoutSeconds: 20 } })
  const text = (url: string) => `
forges:
  - { name: hub, kind: github, url: "${url}", token_env: ${forgeTokenVariable} }
external:
  - repo: acme/infra
    deploys:
      - { name: infra, on_update: { deploy: { workflow: .github/workflows/deploy.yaml } } }
deploys:
  infra: { component: ${component}, forge: hub, tag: "<sha7>" }
`
  await importConfiguration(ctx, { text: text(hub.url) })
  await importConfiguration(ctx, { text: text(recorder.url) })
  await world.worker()
  const asked = {
    source_repo: 'acme/infra',
    deploy_name: 'infra',
    environment: place.slug,
    sha: sha.next,
    version: 'v2',
  }
  const answer = await receiveUpdate(ctx, asked)
  const id = 'update' in answer ? answer.update.id : ''
  const update = await eventually('the update settles', async () => {
    const one = await getUpdate(ctx, { id })
    return one.settled && one.applyId !== null && one
  })
  const operation = async (applyId: string) => {
    const { items } = await listOperations(ctx, { applyId })
    return getOperation(ctx, { id: items[0]?.id ?? '' })
  }
  expect(await operation(update.applyId ?? '')).toMatchObject({
    state: 'failed',
    failureReason: 'run_refused',
    failureDetail: expect.stringContaining(
      `${forgeTokenVariable} may not be sent to ${recorder.url}: it was given for`,
    ),
  })
  expect(recorder.connections()).toBe(0)
  await allowOrigin(ctx, { name: forgeTokenVariable, origin: recorder.url })
  await retryApply(ctx, { id: update.applyId ?? '' })
  await eventually('the run is ordered', () => hub.runs.length === 1)
  expect(recorder.received(forgeToken)).toBe(true)
  hub.end(1000, 'success')
})

test('a registry that an import points elsewhere gets no byte of its credentials, nor does a realm', {
  timeout: 60_000,
}, async () => {
  const registry = kept(await startFakeRegistry({ auth: { basic: registryAccount } }))
  const recorder = kept(await startRecorder(registry.url))
  const realm = kept(await startRecorder(registry.url))
  const images = await Promise.all(
    [sha.old, sha.next].map(async (revision, n) => {
      const image = buildIndex({ layerBytes: [8], annotation: revision, revision: null })
      await pushImage({ url: registry.url, credentials: registryAccount }, 'demo/tenant', image, [
        `staging-${revision.slice(0, 7)}`,
        ...(n === 0 ? ['latest'] : []),
      ])
      return image
    }),
  )
  const { user, password } = registryVariables
  const text = (url: string, realms = '[]') => `
registries:
  - { name: hub, url: "${url}", username_env: ${user}, password_env: ${password}, realms: ${realms} }
image_sets:
  - { name: tenant, component: ${component}, registry: hub, images: [demo/tenant], source_tag: staging-<sha7> }
`
  await importConfiguration(ctx, { text: text(registry.url) })
  await world.worker()
  const promoted = async () => {
    const { id } = await openPromotion(ctx, { sha: sha.next })
    return eventually('the promotion settles', async () => {
      const one = await getPromotion(ctx, { id })
      return one.settled && one
    })
  }
  const secrets = [registryAccount.password, `${registryAccount.username}:${registryAccount.password}`]

  await importConfiguration(ctx, { text: text(registry.url, `["${realm.url}"]`) })
  const byRealm = await promoted()
  expect(byRealm).toMatchObject({ state: 'undone' })
  expect(JSON.stringify(byRealm)).toContain(`${user} may not be sent to ${realm.url}`)

  await importConfiguration(ctx, { text: text(recorder.url) })
  const refused = await promoted()
  expect(refused).toMatchObject({ state: 'undone' })
  expect(JSON.stringify(refused)).toContain(`${user} may not be sent to ${recorder.url}`)
  expect([recorder.connections(), realm.connections()]).toEqual([0, 0])

  for (const name of [user, password]) await allowOrigin(ctx, { name, origin: recorder.url })
  expect(await promoted()).toMatchObject({ state: 'done' })
  expect(registry.store.digest('demo/tenant', 'latest')).toBe(images[1]?.digest)
  expect(recorder.received(...secrets)).toBe(true)
  expect(realm.connections()).toBe(0)
})
