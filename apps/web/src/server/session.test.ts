import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readSession } from '../auth/session.ts'
import { inputHeader } from '../trpc/input-header.ts'
import { machineOf, principalOf } from './principal.ts'
import { handleSession } from './session-handler.ts'
import { testDeps, testOrigin, testToken } from './testing/deps.ts'
import { signedInAs } from './testing/people.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

let surroundings: ReturnType<typeof testDeps>
beforeEach(async () => {
  surroundings = testDeps({ store: world.store, clock: world.clock })
  await world.database.query('delete from sign_in_failures')
})
const send = (request: Request, { deps } = surroundings) => handleSession(request, deps)

const post = (body: unknown, headers: Record<string, string> = {}) =>
  new Request(`${testOrigin}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: testOrigin, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] as string
const withCookie = (cookie: string, method = 'GET', headers: Record<string, string> = { origin: testOrigin }) =>
  new Request(`${testOrigin}/api/session`, { method, headers: { cookie, ...headers } })

async function signedIn() {
  const response = await send(post({ token: testToken }))
  return { response, cookie: cookieOf(response) }
}

describe('signing in with the operator token', () => {
  it('answers a cookie that scripts cannot read and other sites cannot send', async () => {
    const { response } = await signedIn()
    expect(response.status).toBe(201)
    const cookie = response.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^rollcall_session=\S+; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(cookie + (await response.text())).not.toContain(testToken)
  })

  it('marks the cookie Secure and bound to the host when people come over https', async () => {
    const secure = testDeps({ store: world.store, clock: world.clock, baseUrl: 'https://rollcall.example.com' })
    const response = await send(post({ token: testToken }, { origin: 'https://rollcall.example.com' }), secure)
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-rollcall_session=.*; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
  })

  it.each([
    ['a wrong token', { token: 'not-the-right-token' }, 401],
    ['no token', {}, 400],
    ['a token that is not text', { token: 7 }, 400],
    ['a further field', { token: testToken, role: 'admin' }, 400],
    ['a reserved name', `{"token":"${testToken}","__proto__":{"x":1}}`, 400],
    ['no JSON', 'token=x', 400],
  ])('refuses %s with a problem', async (_what, body, status) => {
    const response = await send(post(body))
    expect(response.status).toBe(status)
    expect(response.headers.get('set-cookie')).toBeNull()
    const problem = await response.json()
    expect(problem).toMatchObject({ status, requestId: expect.any(String), remedy: expect.any(String) })
    expect(JSON.stringify(problem)).not.toContain(testToken)
  })

  it('refuses a form: only JSON is read', async () => {
    const form = post('token=x', { 'content-type': 'application/x-www-form-urlencoded' })
    expect((await send(form)).status).toBe(415)
  })

  it('reads no more than a token needs', async () => {
    const answer = await send(post({ token: 'x'.repeat(16 * 1024) }))
    expect([answer.status, (await answer.json()).detail]).toEqual([413, 'The body is larger than 16 KiB.'])
  })

  it('is not possible where there is none', async () => {
    const none = testDeps({ store: world.store, clock: world.clock, settings: { ROLLCALL_TOKEN: '' } })
    expect((await send(post({ token: 'anything-at-all-of-it' }), none)).status).toBe(401)
    expect(await machineOf(new Headers({ authorization: 'Bearer anything-at-all-of-it' }), none.deps)).toBeNull()
  })

  it('makes a client wait after ten wrong tokens, also after a restart, and lets it in again later', async () => {
    const wrong = () => send(post({ token: 'wrong-wrong-wrong' }))
    for (let i = 0; i < 10; i++) expect((await wrong()).status).toBe(401)
    const refused = await send(post({ token: testToken }), testDeps({ store: world.store, clock: world.clock }))
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBe(300)
    // somebody else, somewhere else
    const elsewhere = post({ token: testToken }, { 'x-rollcall-peer': '192.0.2.77' })
    expect((await send(elsewhere)).status).toBe(201)
    world.clock.pass(301)
    expect((await send(post({ token: testToken }))).status).toBe(201)
  })

  it('is somebody only as long as such a session is open, and never a person', async () => {
    await world.database.query('delete from users')
    const { cookie } = await signedIn()
    expect(await world.store.db.user.count()).toBe(1)
    await send(withCookie(cookie, 'DELETE'))
    expect(await world.store.db.user.count()).toBe(0)
  })
})

describe('cross-site requests', () => {
  it.each([
    ['another origin', { origin: 'http://evil.test' }],
    ['another port of this host', { origin: 'http://rollcall.test:4100' }],
    ['a site the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling the browser calls same-site', { 'sec-fetch-site': 'same-site' }],
    ['a sandboxed frame', { origin: 'null' }],
  ])('neither sign in nor sign out from %s', async (_what, headers) => {
    const { cookie } = await signedIn()
    expect((await send(post({ token: testToken }, headers))).status).toBe(403)
    expect((await send(withCookie(cookie, 'DELETE', headers))).status).toBe(403)
    expect((await send(withCookie(cookie))).status).toBe(200)
  })

  it('do not sign out by not saying where they come from', async () => {
    const { cookie } = await signedIn()
    expect((await send(withCookie(cookie, 'DELETE', {}))).status).toBe(403)
    expect((await send(withCookie(cookie))).status).toBe(200)
  })
})

describe('a session', () => {
  it('says who is signed in and until when', async () => {
    const { cookie } = await signedIn()
    const expiresAt = new Date(world.clock.now.getTime() + 8 * 3_600_000).toISOString()
    expect(await (await send(withCookie(cookie))).json()).toEqual({ name: 'operator', expiresAt })
  })

  it('ends when it was not used for 8 hours', async () => {
    const { cookie } = await signedIn()
    world.clock.pass(8 * 3600)
    expect((await send(withCookie(cookie))).status).toBe(401)
  })

  it('tells of its person only while somebody uses the page, not while it is left open', async () => {
    const { cookie, userId: id } = await signedInAs(surroundings.deps, [{ role: 'viewer', environment: null }])
    const person = () => world.store.db.user.findUniqueOrThrow({ where: { id } })
    const poll = (more: Record<string, string> = {}) => readSession(new Headers({ cookie, ...more }), surroundings.deps)
    const { seenAt: before } = await person()
    for (let i = 0; i < 10; i++) {
      world.clock.pass(240)
      expect(await poll()).not.toBeNull()
    }
    expect((await person()).seenAt).toEqual(before)
    await poll({ [inputHeader]: 'recent' })
    expect(await person()).toMatchObject({ seenAt: world.clock.now, leftAt: before })
  })

  it('ends when the person signs out, also for whoever copied the cookie, and after a restart', async () => {
    const { cookie } = await signedIn()
    const out = await send(withCookie(cookie, 'DELETE'))
    expect(out.status).toBe(204)
    expect(out.headers.get('set-cookie')).toMatch(/^rollcall_session=; Max-Age=0/)
    const restarted = testDeps({ store: world.store, clock: world.clock })
    expect((await send(withCookie(cookie), restarted)).status).toBe(401)
  })

  it('ends when the operator token changes', async () => {
    const { cookie } = await signedIn()
    for (const ROLLCALL_TOKEN of ['another-token-altogether', '']) {
      const changed = testDeps({ store: world.store, clock: world.clock, settings: { ROLLCALL_TOKEN } })
      expect(await readSession(new Headers({ cookie }), changed.deps)).toBeNull()
    }
    expect(await readSession(new Headers({ cookie }), surroundings.deps)).not.toBeNull()
  })

  it('is not believed when a byte of it was changed or it was signed with another key', async () => {
    const { cookie } = await signedIn()
    const value = decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1))
    const [token = '', signature = ''] = [
      value.slice(0, value.lastIndexOf('.')),
      value.slice(value.lastIndexOf('.') + 1),
    ]
    for (const forged of [
      `${token}x.${signature}`,
      `${token}.`,
      token,
      `${token}.${signature}.x`,
      `.${signature}`,
      'x.y',
      '%',
      '',
    ]) {
      expect(await readSession(new Headers({ cookie: `rollcall_session=${forged}` }), surroundings.deps)).toBeNull()
    }
    const otherKey = testDeps({
      store: world.store,
      clock: world.clock,
      settings: { ROLLCALL_SESSION_SECRET: 'another-secret-of-at-least-32-characters' },
    })
    expect(await readSession(new Headers({ cookie }), otherKey.deps)).toBeNull()
    expect(await readSession(new Headers({ cookie }), surroundings.deps)).not.toBeNull()
  })
})

describe('who is asking', () => {
  it('believes the token whatever the case of the scheme, and nothing that is merely like it', async () => {
    const by = (authorization: string) => machineOf(new Headers({ authorization }), surroundings.deps)
    expect(await by(`Bearer ${testToken}`)).toMatchObject({ name: 'operator', by: 'token' })
    expect(await by(`bearer ${testToken}`)).not.toBeNull()
    for (const wrong of [
      testToken,
      `Basic ${testToken}`,
      `Bearer ${testToken}x`,
      `Bearer ${testToken.slice(0, -1)}`,
      'Bearer',
      '',
    ]) {
      expect(await by(wrong)).toBeNull()
    }
  })

  it('does not let a good cookie rescue a wrong token', async () => {
    const { cookie } = await signedIn()
    const { deps } = surroundings
    expect(await principalOf(new Headers({ cookie }), deps)).toMatchObject({ by: 'session', id: null })
    expect(await principalOf(new Headers({ cookie, authorization: 'Bearer wrong' }), deps)).toBeNull()
  })
})

it('answers 405 with Allow to methods it does not know, and 204 to OPTIONS', async () => {
  const put = await send(new Request(`${testOrigin}/api/session`, { method: 'PUT', body: '{}' }))
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST, DELETE'])
  expect((await send(new Request(`${testOrigin}/api/session`, { method: 'OPTIONS' }))).status).toBe(204)
})
