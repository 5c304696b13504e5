import { fixtureSha, signedFixture } from '@rollcall/forge/testing'
import { handleDelivery } from '@rollcall/services'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type HookPlace, hook, hookPlace, hookSecrets } from '../hooks/testing/place.ts'
import { machineRequest, testDeps } from '../server/testing/deps.ts'
import { handleRest } from './dispatch.ts'
import { restTable } from './table.ts'

const secret = hookSecrets.ROLLCALL_HOOK_SECRET_NEW
let place: HookPlace

async function ask(method: string, path: string, body?: unknown) {
  const { deps } = testDeps({ store: place.store, clock: place.clock })
  const response = await handleRest(machineRequest(method, `/api/v1${path}`, body), restTable, deps)
  return { status: response.status, body: JSON.parse(await response.text()), headers: response.headers }
}

beforeAll(async () => {
  place = await hookPlace()
  await place.configure({ webhooks: [hook('forge'), hook('other')] })
})
afterAll(() => place?.close())

describe('checks', () => {
  const sha = 'c'.repeat(40)

  it('are reported, told once each, and read back newest first of each context with when they were evaluated', async () => {
    const made = await ask('POST', '/checks', {
      sha,
      context: 'e2e',
      status: 'pending',
      url: 'https://ci.example.com/1',
    })
    expect(made).toMatchObject({ status: 201, body: { sha, context: 'e2e', status: 'pending', state: 'pending' } })
    const again = await ask('POST', '/checks', {
      sha,
      context: 'e2e',
      status: 'pending',
      url: 'https://ci.example.com/1',
    })
    expect(again).toMatchObject({ status: 200, body: { id: made.body.id } })
    await ask('POST', '/checks', { sha, context: 'e2e', status: 'success' })
    await ask('POST', '/checks', { sha, context: 'build', status: 'failure', repo: 'acme/app' })
    const read = await ask('GET', `/checks?sha=${sha.toUpperCase()}`)
    expect(read.body).toMatchObject({
      sha,
      asOf: place.clock.now.toISOString(),
      items: [
        { context: 'build', state: 'failure', reportedBy: 'operator' },
        { context: 'e2e', state: 'success' },
      ],
    })
  })

  it.each([
    ['no sha', { context: 'e2e', status: 'success' }, 400, 'sha'],
    ['a short sha', { sha: 'abc', context: 'e2e', status: 'success' }, 422, 'sha'],
    ['an address that is none', { sha, context: 'e2e', status: 'success', url: 'ftp://x' }, 422, 'url'],
    ['a misspelt field', { sha, context: 'e2e', state: 'success' }, 400, 'state'],
  ])('are refused with %s', async (_what, body, status, field) => {
    const answer = await ask('POST', '/checks', body)
    expect([answer.status, answer.body.field]).toEqual([status, field])
  })

  it('need to be asked for by their commit', async () => {
    expect(await ask('GET', '/checks')).toMatchObject({ status: 400, body: { field: 'sha' } })
    expect(await ask('GET', `/checks?sha=${'9'.repeat(40)}`)).toMatchObject({ status: 200, body: { items: [] } })
  })
})

describe('webhooks', () => {
  it('are listed with their facts and a line that names the variable of the secret, never the secret', async () => {
    vi.stubEnv('ROLLCALL_HOOK_SECRET_NEW', secret)
    const { status, body } = await ask('GET', '/webhooks')
    expect(status).toBe(200)
    expect(body.items).toMatchObject([
      { name: 'forge', path: '/hooks/forge', lastAt: null, secrets: [{ isSet: true }, { isSet: false }] },
      { name: 'other' },
    ])
    expect(body.items[0].testLine).toContain('http://rollcall.test/hooks/forge')
    expect(JSON.stringify(body)).not.toContain(secret)
  })

  it('show what was delivered, what it led to, and take it once more', async () => {
    const { body: received } = await place.post('forge', signedFixture('github-status', secret))
    await place.post('other', signedFixture('github-ping', secret))
    await handleDelivery(place.ctx, received.id)
    const all = await ask('GET', '/webhooks/deliveries')
    expect(all.body.items).toHaveLength(2)
    const accepted = await ask('GET', '/webhooks/deliveries?endpoint=forge&verdict=accepted&limit=1')
    expect(accepted.body).toMatchObject({ items: [{ id: received.id, state: 'handled' }], nextCursor: null })
    const one = await ask('GET', `/webhooks/deliveries/${received.id}`)
    expect(one.body).toMatchObject({ canReplay: true, effects: [{ kind: 'check', sha: fixtureSha }] })
    expect(JSON.parse(one.body.body).sha).toBe(fixtureSha)
    expect(Object.keys(one.body.headers)).not.toContain('x-hub-signature-256')

    const replay = await ask('POST', `/webhooks/deliveries/${received.id}/replay`)
    expect(replay).toMatchObject({ status: 201, body: { replayOfId: received.id } })
    expect(replay.headers.get('location')).toBe(`/api/v1/webhooks/deliveries/${replay.body.id}`)
  })

  it.each([
    ['GET', '/webhooks/deliveries/dlv_nobody', 404, 'id'],
    ['POST', '/webhooks/deliveries/dlv_nobody/replay', 404, 'id'],
    ['GET', '/webhooks/deliveries?verdict=odd', 400, 'verdict'],
    ['GET', '/webhooks/deliveries?cursor=odd', 400, 'cursor'],
  ])('answer %s %s with %i', async (method, path, status, field) => {
    const answer = await ask(method, path)
    expect([answer.status, answer.body.field]).toEqual([status, field])
  })
})
