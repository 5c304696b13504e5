import { createToken, type NewTokenView } from '@rollcall/services'
import {
  type TestPerson,
  type TestPlace,
  type TestWorld,
  testPerson,
  testPlace,
  testWorld,
} from '@rollcall/services/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { peerHeader } from '../server/client-address.ts'
import type { Deps } from '../server/context.ts'
import { machineRequest, testDeps, testOrigin } from '../server/testing/deps.ts'
import { signInOf } from '../server/testing/people.ts'
import { handleTrpc } from '../server/trpc/handler.ts'
import { handleRest } from './dispatch.ts'
import { restTable } from './table.ts'

let world: TestWorld
let staging: TestPlace
let olga: TestPerson
let deps: Deps
beforeAll(async () => {
  world = await testWorld({ tenants: ['acme'] })
  staging = await testPlace(world, ['birch'])
  olga = await testPerson(world, 'Olga', ['operator', null])
  deps = testDeps({ store: world.store, clock: world.clock }).deps
})
afterAll(() => world?.drop())
beforeEach(() => world.store.db.signInFailure.deleteMany())

// biome-ignore lint/suspicious/noExplicitAny: answers are read as they travel, without our types
type Answer = { status: number; body: any; text: string; headers: Headers }

/** Asks the API; by the operator token unless told otherwise. */
async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await handleRest(machineRequest(method, `/api/v1${path}`, body, headers), restTable, deps)
  const text = await response.text()
  return { status: response.status, text, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
}
const by = (token: string) => ({ authorization: `Bearer ${token}` })
const make = (more: Record<string, unknown> = {}): Promise<NewTokenView> =>
  createToken(olga.ctx, {
    ...{
      name: 'deploy',
      capabilities: ['read', 'apply.open', 'apply.stop'],
      environments: [staging.environment],
      expiresInHours: 1,
    },
    ...more,
  })
const plan = (environment: string) => ({ environment, component: 'server', sha: world.shas[1], requiresApproval: true })

describe('a token', () => {
  it('opens an apply where it may, is told 403 with the capability it lacks, and nothing of where it sees nothing', async () => {
    const { token, name, id, prefix } = await make()
    const opened = await ask('POST', '/applies', plan(staging.environment), {
      ...by(token),
      'x-request-id': 'by-token',
    })
    expect(opened.status).toBe(201)
    for (const environment of ['production', 'nowhere']) {
      const { status, body } = await ask('POST', '/applies', plan(environment), by(token))
      expect([status, body.detail]).toEqual([422, `There is no environment "${environment}".`])
    }
    const other = await ask('POST', `/applies/${opened.body.id ?? opened.body.apply?.id}/approve`, {}, by(token))
    expect([other.status, other.body.detail]).toEqual([403, expect.stringContaining('apply.approve')])
    const [row] = await world.database.query(
      `select actor, actor_id, credential, via from audit where request_id = 'by-token' limit 1`,
    )
    expect(row).toEqual({ actor: name, actor_id: id, credential: `token ${prefix}`, via: 'api' })
  })

  it('sees in lists only the environments that it may read', async () => {
    const { token } = await make()
    const { body } = await ask('GET', '/environments', undefined, by(token))
    expect(body.items.map(({ slug }: { slug: string }) => slug)).toEqual([staging.environment])
  })

  it('does less as soon as its owner does', async () => {
    const { token } = await make()
    await olga.become(['viewer', null])
    const refused = await ask('POST', '/applies', plan(staging.environment), by(token))
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('apply.open')])
    expect((await ask('GET', '/environments', undefined, by(token))).status).toBe(200)
    await olga.become()
    expect((await ask('GET', '/environments', undefined, by(token))).status).toBe(403)
    await olga.become(['operator', null])
    expect((await ask('GET', '/environments', undefined, by(token))).status).toBe(200)
  })

  it('does not make another one', async () => {
    const { token } = await make({ capabilities: ['token.create', 'read'] })
    const wanted = { name: 'next', capabilities: ['read'], environments: [staging.environment], expiresInHours: 1 }
    const { status, body } = await ask('POST', '/tokens', wanted, by(token))
    expect([status, body.detail]).toEqual([409, expect.stringMatching(/does not make other tokens/)])
  })

  it('may end itself, whatever it may do, and not those of its owner', async () => {
    const [mine, other] = [await make({ capabilities: ['apply.stop'] }), await make()]
    const refused = await ask('POST', `/tokens/${other.id}/revoke`, {}, by(mine.token))
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('token.manage')])
    expect((await ask('POST', `/tokens/${mine.id}/revoke`, {}, by(mine.token))).status).toBe(200)
    expect((await ask('GET', '/environments', undefined, by(mine.token))).status).toBe(401)
  })
})

it('somebody who became a viewer may end what is their own, and nothing else', async () => {
  const mine = await make()
  await olga.become(['viewer', null])
  const cookie = await signInOf(deps, olga.id)
  const revoke = async (id: string) => {
    const headers = { cookie, origin: testOrigin, 'content-type': 'application/json' }
    const request = new Request(`${testOrigin}/api/trpc/tokens.revoke`, {
      ...{ method: 'POST', headers, body: JSON.stringify({ id }) },
    })
    const response = await handleTrpc(request, deps)
    return [response.status, await response.text()] as const
  }
  try {
    expect((await revoke(mine.id))[0]).toBe(200)
    expect((await ask('GET', '/environments', undefined, by(mine.token))).status).toBe(401)
    const ada = await testPerson(world, 'Ada', ['admin', null])
    const given = { name: 'theirs', capabilities: ['read'], environments: 'everywhere', expiresInHours: 1 }
    const theirs = await createToken(ada.ctx, given)
    expect(await revoke(theirs.id)).toEqual([403, expect.stringContaining('token.manage')])
    expect((await ask('GET', '/environments', undefined, by(theirs.token))).status).toBe(200)
  } finally {
    await olga.become(['operator', null])
  }
})

describe('a token that lets nobody in is refused with a sentence that says why', () => {
  const look = (token: string) => ask('GET', '/environments', undefined, by(token))

  it('when it was revoked', async () => {
    const made = await make()
    expect((await look(made.token)).status).toBe(200)
    expect((await ask('POST', `/tokens/${made.id}/revoke`, { reason: 'it was in a log' })).status).toBe(200)
    const { status, body, headers } = await look(made.token)
    expect([status, body.detail]).toEqual([401, expect.stringMatching(new RegExp(`${made.prefix} was revoked at`))])
    expect(headers.get('www-authenticate')).toMatch(/invalid_token/)
  })

  it('when it has expired', async () => {
    const made = await make()
    const now = world.clock.now
    world.clock.pass(3_600)
    expect((await look(made.token)).body.detail).toMatch(/expired at/)
    world.clock.now = now
  })

  it('when it is not typed correctly', async () => {
    const { token } = await make()
    expect((await look(token.slice(0, -1))).body.detail).toMatch(/not complete, or not typed correctly/)
  })

  it('and without one when nobody knows it, who then has to wait, while others at that address do not', async () => {
    const { token } = await make()
    const [lost, ...guesses] = await Promise.all(Array.from({ length: 11 }, () => make()))
    await world.store.db.apiToken.deleteMany({ where: { id: { in: [lost, ...guesses].map((one) => one?.id ?? '') } } })
    const from = { [peerHeader]: '192.0.2.9' }
    const statuses = []
    for (const guess of guesses)
      statuses.push((await ask('GET', '/environments', undefined, { ...by(guess.token), ...from })).status)
    expect(statuses).toEqual(Array(10).fill(401))
    const late = await ask('GET', '/environments', undefined, { ...by('an-operator-token-perhaps'), ...from })
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '300'])
    expect((await ask('GET', '/environments', undefined, { ...by(token), ...from })).status).toBe(200)
    expect(
      (await ask('GET', '/environments', undefined, { ...by(guesses[0]?.token ?? ''), [peerHeader]: '192.0.2.10' }))
        .status,
    ).toBe(401)
  })
})

describe('over the API', () => {
  it('a token is told once, and never in a list', async () => {
    const wanted = { name: 'ci', capabilities: 'operator', environments: 'everywhere', expiresInHours: 24 }
    const { status, body, headers } = await ask('POST', '/tokens', wanted)
    expect([status, headers.get('location'), headers.get('cache-control')]).toEqual([
      201,
      `/api/v1/tokens/${body.id}`,
      'no-store',
    ])
    const secret = body.token.slice(12)
    for (const path of ['/tokens', `/tokens/${body.id}`, `/tokens/${body.id}/revoke`]) {
      const { text } = await ask(
        path.endsWith('revoke') ? 'POST' : 'GET',
        path,
        path.endsWith('revoke') ? {} : undefined,
      )
      expect(text).toContain(body.prefix)
      expect(text).not.toContain(secret)
    }
  })

  it.each<[string, object, string]>([
    ['without an end', { expiresInHours: undefined }, 'expiresInHours'],
    ['for more than 366 days', { expiresInHours: 8785 }, 'expiresInHours'],
    ['for a capability that there is not', { capabilities: ['root'] }, 'capabilities'],
    ['for an environment that there is not', { environments: ['nowhere'] }, 'environments'],
  ])('none is made %s', async (_what, more, field) => {
    const wanted = {
      name: 'ci',
      capabilities: ['read'],
      environments: [staging.environment],
      expiresInHours: 24,
      ...more,
    }
    const { status, body } = await ask('POST', '/tokens', wanted)
    expect([400, 422]).toContain(status)
    expect(body.field).toBe(field)
  })

  it('trusts are made, replaced, disabled, enabled and deleted, and never by a token', async () => {
    const said = {
      ...{ name: 'ci', issuer: 'https://token.actions.githubusercontent.com', claims: { repository_id: '1' } },
      ...{ capabilities: ['apply.open'], environments: [staging.environment], minutes: 15 },
    }
    const made = await ask('POST', '/trusts', said)
    expect([made.status, made.body.forge, made.body.state]).toEqual([201, 'github', 'live'])
    const path = `/trusts/${made.body.id}`
    expect((await ask('POST', '/trusts', said)).body.detail).toMatch(/There is a trust "ci" already/)
    expect((await ask('PUT', path, { ...said, minutes: 5 })).body.minutes).toBe(5)
    expect((await ask('POST', `${path}/disable`, { reason: 'for now' })).body.state).toBe('disabled')
    expect((await ask('POST', `${path}/enable`)).body.state).toBe('live')
    expect((await ask('GET', '/trusts')).body.items).toMatchObject([{ name: 'ci', minutes: 5, lastUsedAt: null }])
    const admin = await createToken(world.ctx, {
      name: 'all',
      capabilities: 'admin',
      environments: 'everywhere',
      expiresInHours: 1,
    })
    expect((await ask('POST', '/trusts', { ...said, name: 'next' }, by(admin.token))).body.detail).toMatch(
      /API token does not make trusts/,
    )
    expect((await ask('POST', `${path}/delete`)).body).toEqual({ id: made.body.id, name: 'ci' })
    const rows = await world.database.query<{ action: string }>(
      `select action from audit where subject_id = '${made.body.id}' and outcome = 'done' order by id`,
    )
    expect(rows.map(({ action }) => action)).toEqual(
      ['create', 'update', 'disable', 'enable', 'delete'].map((verb) => `trust.${verb}`),
    )
  })
})

it('a stream that was opened with a token ends within a second of its end', async () => {
  const made = await make({ capabilities: ['read'] })
  const request = new Request(`${testOrigin}/api/trpc/live.watch?input=${encodeURIComponent('{}')}`, {
    headers: { accept: 'text/event-stream', ...by(made.token) },
  })
  const response = await handleTrpc(request, deps)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  const revokedAt = performance.now()
  await ask('POST', `/tokens/${made.id}/revoke`, {})
  while (!(await reader.read()).done);
  expect(performance.now() - revokedAt).toBeLessThan(1_000)
})
