import { describe, expect, it } from 'vitest'
import { attemptLimit } from './attempts.ts'
import { machineOf, principalOf } from './principal.ts'
import { openSession, readSession } from './session.ts'
import { handleSession } from './session-handler.ts'
import { testDeps, testOrigin, testToken } from './testing/deps.ts'

const post = (body: unknown, headers: Record<string, string> = {}) =>
  new Request(`${testOrigin}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: testOrigin, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] as string
const withCookie = (cookie: string, method = 'GET') =>
  new Request(`${testOrigin}/api/session`, { method, headers: { cookie, origin: testOrigin } })

async function signedIn(setup = testDeps()) {
  const response = await handleSession(post({ token: testToken }), setup.deps, attemptLimit())
  return { ...setup, response, cookie: cookieOf(response) }
}

describe('signing in', () => {
  it('answers a cookie that scripts cannot read and other sites cannot send', async () => {
    const { response } = await signedIn()
    expect(response.status).toBe(201)
    const cookie = response.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^rollcall_session=\S+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/)
    expect(cookie + (await response.text())).not.toContain(testToken)
  })

  it('marks the cookie Secure and bound to the host when people come over https', () => {
    const { env, deps } = testDeps({ baseUrl: 'https://rollcall.example.com' })
    const { setCookie } = openSession(env, deps.now())
    expect(setCookie).toMatch(/^__Host-rollcall_session=.*; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure$/)
  })

  it.each([
    ['a wrong token', { token: 'not-the-right-token' }, 401],
    ['no token', {}, 400],
    ['a token that is not text', { token: 7 }, 400],
    ['a further field', { token: testToken, role: 'admin' }, 400],
    ['a reserved name', `{"token":"${testToken}","__proto__":{"x":1}}`, 400],
    ['no JSON', 'token=x', 400],
  ])('refuses %s with a problem that names the field', async (_what, body, status) => {
    const response = await handleSession(post(body), testDeps().deps, attemptLimit())
    expect(response.status).toBe(status)
    expect(response.headers.get('set-cookie')).toBeNull()
    const problem = await response.json()
    expect(problem).toMatchObject({ status, requestId: expect.any(String), remedy: expect.any(String) })
    expect(JSON.stringify(problem)).not.toContain(testToken)
  })

  it('refuses a form: only JSON is read', async () => {
    const response = await handleSession(
      post('token=x', { 'content-type': 'application/x-www-form-urlencoded' }),
      testDeps().deps,
    )
    expect(response.status).toBe(415)
  })

  it('makes a client wait after ten wrong tokens, and lets it in again when the minute is over', async () => {
    const { deps, clock } = testDeps()
    const limit = attemptLimit()
    const wrong = () => handleSession(post({ token: 'wrong-wrong-wrong' }), deps, limit)
    for (let i = 0; i < 10; i++) expect((await wrong()).status).toBe(401)
    const refused = await handleSession(post({ token: testToken }), deps, limit)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    clock.now = new Date(clock.now.getTime() + 61_000)
    expect((await handleSession(post({ token: testToken }), deps, limit)).status).toBe(201)
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
    const { deps, cookie } = await signedIn()
    expect((await handleSession(post({ token: testToken }, headers), deps, attemptLimit())).status).toBe(403)
    const signOut = new Request(`${testOrigin}/api/session`, { method: 'DELETE', headers: { cookie, ...headers } })
    expect((await handleSession(signOut, deps)).status).toBe(403)
    expect((await handleSession(withCookie(cookie), deps)).status).toBe(200)
  })
})

describe('a session', () => {
  it('says who is signed in and until when', async () => {
    const { deps, cookie } = await signedIn()
    const response = await handleSession(withCookie(cookie), deps)
    expect(await response.json()).toEqual({ name: 'operator', expiresAt: '2026-02-01T00:00:00.000Z' })
  })

  it('ends after 12 hours', async () => {
    const { deps, clock, cookie } = await signedIn()
    clock.now = new Date(clock.now.getTime() + 12 * 3_600_000)
    expect((await handleSession(withCookie(cookie), deps)).status).toBe(401)
  })

  it('ends when the person signs out, also for whoever copied the cookie', async () => {
    const { deps, cookie } = await signedIn()
    const out = await handleSession(withCookie(cookie, 'DELETE'), deps)
    expect(out.status).toBe(204)
    expect(out.headers.get('set-cookie')).toMatch(/^rollcall_session=; .*Max-Age=0/)
    expect((await handleSession(withCookie(cookie), deps)).status).toBe(401)
  })

  it('ends when the token changes', async () => {
    const { env, deps, cookie } = await signedIn()
    const changed = { ...env, token: 'another-token-altogether' }
    expect(readSession(new Headers({ cookie }), changed, deps.now())).toBeNull()
  })

  it('is not believed when a byte of it was changed or it was signed with another key', async () => {
    const { env, deps, cookie } = await signedIn()
    const value = cookie.slice(cookie.indexOf('=') + 1)
    const [body = '', signature = ''] = value.split('.')
    const forgedBody = Buffer.from(Buffer.from(body, 'base64url').toString().replace('operator', 'operat0r')).toString(
      'base64url',
    )
    for (const forged of [
      `${forgedBody}.${signature}`,
      `${body}.`,
      body,
      `${body}.${signature}.x`,
      `.${signature}`,
      'x.y',
      '',
    ]) {
      expect(readSession(new Headers({ cookie: `rollcall_session=${forged}` }), env, deps.now())).toBeNull()
    }
    const otherKey = { ...env, sessionSecret: 'another-secret-of-at-least-32-characters' }
    expect(readSession(new Headers({ cookie }), otherKey, deps.now())).toBeNull()
    expect(readSession(new Headers({ cookie }), env, deps.now())).not.toBeNull()
  })
})

describe('who is asking', () => {
  it('believes the token whatever the case of the scheme, and nothing that is merely like it', async () => {
    const { deps } = testDeps()
    const by = (authorization: string) => machineOf(new Headers({ authorization }), deps)
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
    const { deps, cookie } = await signedIn()
    expect(await principalOf(new Headers({ cookie }), deps)).toMatchObject({ by: 'session' })
    expect(await principalOf(new Headers({ cookie, authorization: 'Bearer wrong' }), deps)).toBeNull()
  })
})

it('answers 405 with Allow to methods it does not know, and 204 to OPTIONS', async () => {
  const { deps } = testDeps()
  const put = await handleSession(new Request(`${testOrigin}/api/session`, { method: 'PUT', body: '{}' }), deps)
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST, DELETE'])
  const options = await handleSession(new Request(`${testOrigin}/api/session`, { method: 'OPTIONS' }), deps)
  expect(options.status).toBe(204)
})
