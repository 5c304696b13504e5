import { type Delivery, verifyDelivery } from '@rollcall/forge'
import { fixtureSha, fixtureWith, signed, signedFixture } from '@rollcall/forge/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { listChecks } from '../checks/list.ts'
import type { Configuration, WebhookConfig } from '../configuration/configuration.ts'
import { external, inForce, type TestWorld, testWorld } from '../testing/index.ts'
import { activate } from '../work/activate.ts'
import { listEndpoints } from './endpoints.ts'
import { getDelivery } from './get.ts'
import { handleDelivery } from './handle.ts'
import { listDeliveries } from './list.ts'
import { pruneDeliveries } from './prune.ts'
import { storeDelivery, type VerifiedVerdict } from './receive.ts'
import { countRefusals } from './refusals.ts'
import { replayDelivery } from './replay.ts'

const secret = 'the secret of the tests'
const hook = (name: string, more: Partial<WebhookConfig> = {}): WebhookConfig => ({
  name,
  sender: null,
  secretEnvs: ['ROLLCALL_HOOK_SECRET_A', 'ROLLCALL_HOOK_SECRET_B'],
  repos: null,
  updates: [],
  relays: [],
  ...more,
})
const forge = hook('forge', {
  relays: ['acme/primary'],
  updates: [{ on: 'push', repo: 'acme/infra', ref: 'refs/tags/v*', deployName: 'infra', environment: 'production' }],
})
const configuration: Partial<Configuration> = {
  webhooks: [forge, hook('quiet')],
  external: external({ infra: 'record_only' }),
}

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  await inForce(world, configuration)
})
afterAll(() => world?.drop())

async function receive(delivery: Delivery, endpoint = forge) {
  const verdict = verifyDelivery(delivery, { secrets: [secret] }, world.clock.now)
  return storeDelivery(world.ctx, endpoint, delivery, verdict as VerifiedVerdict)
}
const get = (id: string) => getDelivery(world.ctx, { id })
const push = (sha: string, deliveryId: string) =>
  signed(
    fixtureWith('github-push', (body) => {
      body.ref = 'refs/tags/v1.2.3'
      body.after = sha
      body.head_commit = { id: sha }
      body.repository.full_name = 'acme/infra'
    }),
    { sender: 'github', event: 'push', secret, deliveryId },
  )
const checkOf = (sha: string, id: number, state: string) =>
  signed(
    fixtureWith('github-status', (body) => {
      body.sha = sha
      body.id = id
      body.state = state
      body.context = 'e2e'
    }),
    { sender: 'github', event: 'status', secret },
  )

describe('handling a delivery', () => {
  it('records the check that it tells of, says so, and changes nothing the second time', async () => {
    const { id } = await receive(signedFixture('github-status', secret))
    expect(await get(id)).toMatchObject({ state: 'waiting', settled: false })
    await handleDelivery(world.ctx, id)
    const [check] = (await listChecks(world.ctx, { sha: fixtureSha })).items
    expect(check).toMatchObject({ reportedBy: 'github status', deliveryId: id })
    const handled = await get(id)
    expect(handled).toMatchObject({
      state: 'handled',
      settled: true,
      failure: null,
      effects: [{ kind: 'check', id: check?.id, outcome: 'written', sha: fixtureSha }],
      headline: expect.stringContaining('was recorded'),
    })
    await handleDelivery(world.ctx, id)
    expect(await get(id)).toEqual(handled)
    const audit = await world.store.db.auditEntry.findMany({ where: { subjectId: check?.id } })
    expect(audit).toMatchObject([{ actor: 'github by webhook forge', via: 'hook' }])
  })

  it('takes in the update that a rule makes of a push, and once only', async () => {
    const sha = 'd'.repeat(40)
    const { id } = await receive(push(sha, 'push-1'))
    await Promise.all([handleDelivery(world.ctx, id), handleDelivery(world.ctx, id)])
    const updates = await world.store.db.externalUpdate.findMany({ where: { deliveryId: id } })
    expect(updates).toMatchObject([{ sha, version: 'v1.2.3', deployName: 'infra', via: 'hook' }])
    expect(await get(id)).toMatchObject({ effects: [{ kind: 'update', id: updates[0]?.id }], failure: null })
    expect(await world.store.db.externalSlot.findMany()).toMatchObject([{ deployName: 'infra', sha, revision: 1 }])
  })

  it('links the update that a rule refused, in its words', async () => {
    const body = { action: 'external-update', repository: { full_name: 'acme/infra' } }
    const payload = { source_repo: 'acme/infra', deploy_name: 'nobody', environment: 'production', sha: 'e'.repeat(40) }
    const { id } = await receive(
      signed(Buffer.from(JSON.stringify({ ...body, client_payload: payload })), {
        sender: 'github',
        event: 'repository_dispatch',
        secret,
      }),
    )
    await handleDelivery(world.ctx, id)
    const [update] = await world.store.db.externalUpdate.findMany({ where: { deliveryId: id } })
    expect(await get(id)).toMatchObject({
      state: 'handled',
      effects: [{ kind: 'update', id: update?.id, outcome: 'refused', message: expect.stringContaining('nobody') }],
    })
  })

  it('keeps what will not pass as the failure, and does not try it again', async () => {
    const { id } = await receive(checkOf('not a commit', 1, 'success'))
    await handleDelivery(world.ctx, id)
    expect(await get(id)).toMatchObject({ state: 'failed', settled: true, failure: expect.stringContaining('full id') })
  })

  it('keeps what may pass as the failure, throws it for another try, and clears it once it went well', async () => {
    const { id } = await receive(checkOf('1'.repeat(40), 1, 'success'))
    const lost = vi.spyOn(world.store.db, '$transaction').mockRejectedValueOnce(new Error('connection lost'))
    await expect(handleDelivery(world.ctx, id)).rejects.toThrow('connection lost')
    expect(await get(id)).toMatchObject({ state: 'failed', settled: false, failure: 'connection lost' })
    lost.mockRestore()
    await handleDelivery(world.ctx, id)
    expect(await get(id)).toMatchObject({ state: 'handled', failure: null })
  })

  it('goes by the rules that are in force when it is handled', async () => {
    const { id } = await receive(checkOf('2'.repeat(40), 1, 'success'))
    await inForce(world, { ...configuration, webhooks: [hook('forge', { repos: ['acme/other'] })] })
    await handleDelivery(world.ctx, id)
    expect(await get(id)).toMatchObject({ verdict: 'ignored', rule: 'repo_not_listed', settled: true, effects: [] })
    const gone = await receive(checkOf('3'.repeat(40), 1, 'success'))
    await inForce(world, { ...configuration, webhooks: [] })
    await handleDelivery(world.ctx, gone.id)
    expect(await get(gone.id)).toMatchObject({ state: 'failed', failure: expect.stringContaining('not configured') })
    await inForce(world, configuration)
  })

  it('lets a status that comes late not win over a newer one', async () => {
    const sha = '4'.repeat(40)
    const newer = await receive(checkOf(sha, 20, 'success'))
    const older = await receive(checkOf(sha, 10, 'pending'))
    await handleDelivery(world.ctx, newer.id)
    await handleDelivery(world.ctx, older.id)
    expect((await listChecks(world.ctx, { sha })).items).toMatchObject([{ context: 'e2e', status: 'success' }])
    expect(await get(older.id)).toMatchObject({
      effects: [{ outcome: 'late', status: 'success' }],
      headline: expect.stringContaining('came late'),
    })
  })
})

describe('a delivery whose job was lost', () => {
  it('is found when whoever stored it was killed before it was handled', async () => {
    const { id } = await receive(checkOf('5'.repeat(40), 1, 'success'))
    await world.store.deliveries.flush()
    const jobs = () =>
      world.database.query(`select 1 from pgboss.job where name = 'delivery.handle' and singleton_key = $1`, [id])
    await world.database.query(`delete from pgboss.job where singleton_key = $1`, [id])
    await activate(world.ctx)
    expect(await jobs()).toEqual([])
    world.clock.pass(11)
    await activate(world.ctx)
    await activate(world.ctx)
    expect(await jobs()).toHaveLength(1)
    await handleDelivery(world.ctx, id)
    expect(await get(id)).toMatchObject({ state: 'handled' })
  })

  it('is stored, answered and found when its job could not even be sent', async () => {
    const insert = vi.spyOn(world.store.boss, 'insert').mockRejectedValueOnce(new Error('no queue'))
    const { id } = await receive(checkOf('6'.repeat(40), 1, 'success'))
    await world.store.deliveries.flush()
    expect(insert).toHaveBeenCalledTimes(1)
    expect(await get(id)).toMatchObject({ state: 'waiting' })
    world.clock.pass(11)
    await activate(world.ctx)
    const found = `select 1 from pgboss.job where name = 'delivery.handle' and singleton_key = $1`
    expect(await world.database.query(found, [id])).toHaveLength(1)
  })
})

describe('replaying a delivery', () => {
  it('is a row of its own with its audit, and changes nothing that was done already', async () => {
    const sha = '7'.repeat(40)
    const first = await receive(checkOf(sha, 30, 'success'))
    await handleDelivery(world.ctx, first.id)
    await handleDelivery(world.ctx, (await receive(checkOf(sha, 31, 'failure'))).id)
    world.clock.pass(60)
    const replay = await replayDelivery(world.as('bo'), { id: first.id })
    expect(replay).toMatchObject({ verdict: 'accepted', replayOfId: first.id, state: 'waiting' })
    expect(replay.id).not.toBe(first.id)
    await handleDelivery(world.ctx, replay.id)
    expect(await get(replay.id)).toMatchObject({ effects: [{ kind: 'check', outcome: 'known' }] })
    expect((await listChecks(world.ctx, { sha })).items).toMatchObject([{ status: 'failure' }])
    expect(await get(first.id)).toMatchObject({ replays: [{ id: replay.id, state: 'handled' }] })
    expect(await world.store.db.auditEntry.findMany({ where: { subjectId: replay.id } })).toMatchObject([
      { action: 'delivery.replay', actor: 'bo' },
    ])
    const again = await replayDelivery(world.ctx, { id: replay.id })
    expect(again.replayOfId).toBe(first.id)
  })

  it('leaves an update that is recorded already as it is', async () => {
    const before = await world.store.db.externalSlot.findMany()
    const [{ id } = { id: '' }] = (await listDeliveries(world.ctx, { endpoint: 'forge' })).items.filter(
      ({ event, state }) => event === 'push' && state === 'handled',
    )
    const replay = await replayDelivery(world.ctx, { id })
    await handleDelivery(world.ctx, replay.id)
    expect(await get(replay.id)).toMatchObject({
      state: 'handled',
      effects: [{ kind: 'update', outcome: 'unchanged' }],
    })
    expect(await world.store.db.externalSlot.findMany()).toEqual(before)
  })

  it('does what a delivery asked for that was ignored by rules which have changed since', async () => {
    const body = fixtureWith('github-push', (body) => {
      body.ref = 'refs/heads/main'
      body.after = '8'.repeat(40)
      body.head_commit = { id: '8'.repeat(40) }
      body.repository.full_name = 'acme/infra'
    })
    const first = await receive(signed(body, { sender: 'github', event: 'push', secret }))
    expect(first).toMatchObject({ verdict: 'ignored', rule: 'no_rule' })
    const more = {
      on: 'push',
      repo: 'acme/infra',
      ref: 'refs/heads/main',
      deployName: 'infra',
      environment: 'production',
    }
    await inForce(world, { ...configuration, webhooks: [{ ...forge, updates: [more as (typeof forge.updates)[0]] }] })
    const replay = await replayDelivery(world.ctx, { id: first.id })
    await handleDelivery(world.ctx, replay.id)
    expect(await world.store.db.externalSlot.findMany()).toMatchObject([{ sha: '8'.repeat(40) }])
    await inForce(world, configuration)
  })

  it('is refused for one that was refused, and for one that does not exist', async () => {
    const refusal = {
      endpoint: 'quiet',
      sender: 'github' as const,
      reason: 'signature_mismatch' as const,
      minute: new Date(0),
      count: 3,
      first: { at: world.clock.now, event: 'push', deliveryId: null, headers: {}, bodyBytes: 5 },
    }
    await countRefusals(world.ctx, [refusal])
    await countRefusals(world.ctx, [{ ...refusal, count: 4 }])
    const [row, ...more] = (await listDeliveries(world.ctx, { verdict: 'refused' })).items
    expect(more).toEqual([])
    expect(row).toMatchObject({ state: 'refused', repeats: 6, headline: expect.stringContaining('7 of them') })
    const id = row?.id ?? ''
    expect(await get(id)).toMatchObject({ body: null, canReplay: false, replayRefusal: expect.any(String) })
    await expect(replayDelivery(world.ctx, { id })).rejects.toMatchObject({ code: 'refused' })
    await expect(replayDelivery(world.ctx, { id: 'dlv_0' })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('looking at deliveries', () => {
  it('pages through them, newest first, by endpoint and verdict', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listDeliveries(world.ctx, { endpoint: 'forge', limit: 3, ...(cursor ? { cursor } : {}) })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    const all = await world.store.db.webhookDelivery.findMany({ where: { endpoint: 'forge' } })
    expect(seen).toEqual(
      all
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    )
    await expect(listDeliveries(world.ctx, { verdict: 'odd' })).rejects.toMatchObject({ field: 'verdict' })
  })

  it('shows a body as text, cut, and no header that proves anything', async () => {
    const text = `{"zen":"${'ä'.repeat(40_000)}\u0000<script>"}`
    const { id } = await receive(signed(Buffer.from(text), { sender: 'github', event: 'ping', secret }))
    const view = await get(id)
    expect(view).toMatchObject({ state: 'ignored', bodyCut: true, bodyBytes: Buffer.byteLength(text) })
    expect(view.body?.length).toBeLessThan(70_000)
    expect(Object.keys(view.headers)).not.toContain('x-hub-signature-256')
  })

  it('says of each endpoint what came in 24 hours, which secrets are set, and never one of them', async () => {
    const receiver = {
      baseUrl: 'https://rollcall.example/',
      isSet: (name: string) => name === 'ROLLCALL_HOOK_SECRET_B',
    }
    const { items } = await listEndpoints(world.ctx, receiver)
    expect(items.map(({ name }) => name)).toEqual(['forge', 'quiet'])
    expect(items[1]).toMatchObject({
      counts: { accepted: 0, ignored: 0, refused: 7, repeats: 0 },
      lastVerdict: 'refused',
      secrets: [
        { name: 'ROLLCALL_HOOK_SECRET_A', isSet: false },
        { name: 'ROLLCALL_HOOK_SECRET_B', isSet: true },
      ],
      testLine: expect.stringContaining('$ROLLCALL_HOOK_SECRET_B'),
    })
    expect(items[0]?.counts.accepted).toBeGreaterThan(5)
    expect(items[0]?.listensTo).toContain('a push of acme/infra on refs/tags/v*: infra in production')
    expect(JSON.stringify(items)).not.toContain(secret)
    world.clock.pass(86_401)
    expect((await listEndpoints(world.ctx, receiver)).items[1]?.counts.refused).toBe(0)
  })

  it('forgets them after 30 days', async () => {
    expect(await pruneDeliveries(world.ctx)).toBe(0)
    world.clock.pass(31 * 86_400)
    expect(await pruneDeliveries(world.ctx)).toBeGreaterThan(10)
    expect(await world.store.db.webhookDelivery.count()).toBe(0)
  })
})
