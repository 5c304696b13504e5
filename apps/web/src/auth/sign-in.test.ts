import {
  addPerson,
  beginSignIn,
  disablePerson,
  hashPassword,
  invitePerson,
  offerSetup,
  type RoleHeld,
} from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { lockPerson, transact } from '@rollcall/store'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { principalOf } from '../server/principal.ts'
import { testDeps, testOrigin } from '../server/testing/deps.ts'
import { announceSetup } from './announce-setup.ts'
import { handleAuth } from './handler.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())
beforeEach(async () => {
  await world.database.query('delete from sign_in_failures')
})

const deps = () => testDeps({ store: world.store, clock: world.clock }).deps
/** One for all tests, as a process has: better-auth is set up once. */
let process_: ReturnType<typeof deps>
beforeAll(() => {
  process_ = deps()
})

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}, to = process_) =>
  handleAuth(
    new Request(`${testOrigin}/api/auth${path}`, {
      method,
      headers: {
        origin: testOrigin,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
    to,
  )
const signIn = (email: string, password: string, headers: Record<string, string> = {}, to = process_) =>
  send('POST', '/sign-in/email', { email, password }, headers, to)

const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] as string
const password = 'correct horse battery staple'
const viewer: RoleHeld = { role: 'viewer', environment: null }

let made = 0
async function invited(roles: RoleHeld[] = [viewer]) {
  const email = `person${++made}@x.test`
  const { person, link } = await addPerson(world.ctx, { name: `Person ${made}`, email, roles })
  return { id: person.id, email, secret: link.secret }
}
async function person(roles?: RoleHeld[]) {
  const found = await invited(roles)
  expect((await send('POST', '/invitation', { secret: found.secret, password })).status).toBe(201)
  return found
}
const audited = (action: string) => world.store.db.auditEntry.findMany({ where: { action }, orderBy: { id: 'asc' } })

describe('the first start', () => {
  const others = (settings: Record<string, string>) =>
    testDeps({ store: world.store, clock: world.clock, settings }).deps

  it('says where the first administrator is made, and with an operator token voids what was said before', async () => {
    const said: string[] = []
    await announceSetup(others({ ROLLCALL_TOKEN: '' }), (line) => said.push(line))
    expect(said).toEqual([expect.stringMatching(/http:\/\/rollcall\.test\/setup#[\w-]{43}$/)])
    expect(await (await send('GET', '/ways')).json()).toMatchObject({ setup: true })
    await announceSetup(others({ ROLLCALL_SETUP: 'offered' }), (line) => said.push(line))
    expect(await (await send('GET', '/ways')).json()).toMatchObject({ setup: true })
    await announceSetup(others({}), (line) => said.push(line))
    expect(await (await send('GET', '/ways')).json()).toMatchObject({ setup: false })
    expect(said).toHaveLength(1)
  })

  it('lets in whoever has the link that was printed, makes them an administrator, and is over then', async () => {
    expect(await (await send('GET', '/ways')).json()).toEqual({ provider: null, operatorToken: true, setup: false })
    const offer = await offerSetup(world.ctx)
    expect(await (await send('GET', '/ways')).json()).toMatchObject({ setup: true })
    const asked = { secret: offer?.secret, name: 'Ada', email: 'ada@x.test', password }
    expect((await send('POST', '/setup', { ...asked, password: 'too short' })).status).toBe(422)
    expect((await send('POST', '/setup', { ...asked, secret: 'x'.repeat(43) })).status).toBe(409)
    const done = await send('POST', '/setup', asked)
    expect(done.status).toBe(201)
    const principal = await principalOf(new Headers({ cookie: cookieOf(done) }), process_)
    expect(principal).toMatchObject({ name: 'Ada', by: 'session' })
    expect(principal?.rights.get('people.manage')).toBe('everywhere')
    expect((await send('POST', '/setup', asked)).status).toBe(409)
    expect(await (await send('GET', '/ways')).json()).toMatchObject({ setup: false })
  })
})

describe('a password', () => {
  it('opens a session in the database, with a cookie that scripts cannot read and other sites cannot send', async () => {
    const { id, email } = await person()
    const response = await signIn(email.toUpperCase(), password, {
      'user-agent': 'Firefox',
      'x-rollcall-peer': '192.0.2.9',
    })
    expect(response.status).toBe(201)
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(response.headers.get('set-cookie')).toMatch(
      /^rollcall_session=\S+; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(await response.json()).toEqual({ email: email.toUpperCase() })
    const principal = await principalOf(new Headers({ cookie: cookieOf(response) }), process_)
    expect(principal).toMatchObject({ id, credential: expect.stringMatching(/^session ses_/) })
    const session = await world.store.db.session.findFirstOrThrow({ where: { userId: id }, orderBy: { id: 'desc' } })
    expect(session).toMatchObject({ ipAddress: '192.0.2.9', userAgent: 'Firefox' })
    expect(session.expiresAt.getTime() - world.clock.now.getTime()).toBe(8 * 3_600_000)
    expect((await audited('session.open')).at(-1)).toMatchObject({ subjectId: id, actorId: id, via: 'ui' })
  })

  it('marks the cookie Secure and bound to the host when people come over https', async () => {
    const { email } = await person()
    const origin = 'https://rollcall.example.com'
    const secure = testDeps({ store: world.store, clock: world.clock, baseUrl: origin }).deps
    const response = await signIn(email, password, { origin }, secure)
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-rollcall_session=\S+; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    const cookie = cookieOf(response)
    expect(await principalOf(new Headers({ cookie }), secure)).not.toBeNull()
    // without the prefix it is another cookie, which any host next door could have set
    expect(await principalOf(new Headers({ cookie: cookie.replace('__Host-', '') }), secure)).toBeNull()
  })

  it('is refused in the same words and after the same work when it is wrong and when there is nobody', async () => {
    const { email } = await person()
    const answers = []
    const times: Record<string, number[]> = { known: [], unknown: [] }
    for (let i = 0; i < 4; i++) {
      for (const [who, address] of [
        ['known', email],
        ['unknown', `nobody${i}@x.test`],
      ] as const) {
        const before = performance.now()
        const response = await signIn(address, 'not the password')
        times[who]?.push(performance.now() - before)
        const { requestId: _, ...problem } = (await response.json()) as Record<string, unknown>
        answers.push(JSON.stringify(problem))
        expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null])
      }
    }
    expect(new Set(answers).size).toBe(1)
    const [known = 0, unknown = 0] = ['known', 'unknown'].map((who) => Math.min(...(times[who] ?? [])))
    expect(known / unknown).toBeGreaterThan(0.5)
    expect(known / unknown).toBeLessThan(2)
  })

  it('tells the audit who was not let in, and nothing that was typed', async () => {
    const { id, email } = await person()
    await signIn(email, 'my-real-password-of-elsewhere')
    await signIn('my-password-in-the-wrong-field', 'x')
    const rows = await audited('sign_in.fail')
    expect(rows.slice(-2)).toMatchObject([
      { subjectType: 'person', subjectId: id, outcome: 'refused', detail: { because: 'wrong password' } },
      { subjectType: 'sign_in', subjectId: 'unknown', outcome: 'refused' },
    ])
    expect(JSON.stringify(rows.map(({ detail, subjectId }) => [detail, subjectId]))).not.toMatch(/my-/)
  })

  it('is guessed at ten times, then that client waits, also after a restart; its owner comes in from elsewhere', async () => {
    const { email } = await person()
    for (let i = 0; i < 10; i++) expect((await signIn(email, `guess ${i}`)).status).toBe(401)
    const refused = await signIn(email, password, {}, deps())
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, 300])
    expect((await signIn(email, password, { 'x-rollcall-peer': '192.0.2.10' })).status).toBe(201)
    world.clock.pass(301)
    expect((await signIn(email, password)).status).toBe(201)
  })

  it('lets nobody in who is disabled or has no role, and says so only to who knows it', async () => {
    const nothing = await person([viewer])
    await world.database.query('delete from role_grants where user_id = $1', [nothing.id])
    const refused = await signIn(nothing.email, password)
    expect([refused.status, (await refused.json()).detail]).toEqual([
      403,
      'You have no role here, so there is nothing that you may see.',
    ])
    const out = await person([viewer])
    await disablePerson(world.ctx, { id: out.id })
    const disabled = await signIn(out.email, password)
    expect([disabled.status, (await disabled.json()).detail]).toEqual([403, 'An administrator has disabled you here.'])
    expect((await signIn(out.email, 'not the password')).status).toBe(401)
    expect((await audited('sign_in.fail')).at(-2)).toMatchObject({ detail: { because: 'disabled' } })
  })

  it('is chosen anew by a link, which ends the sessions of before', async () => {
    const { id, email } = await person()
    const before = cookieOf(await signIn(email, password))
    const { link } = await invitePerson(world.ctx, { id })
    const again = await send('POST', '/invitation', { secret: link.secret, password: 'another good password' })
    expect(again.status).toBe(201)
    expect(await principalOf(new Headers({ cookie: before }), process_)).toBeNull()
    expect(await principalOf(new Headers({ cookie: cookieOf(again) }), process_)).not.toBeNull()
    expect((await signIn(email, password)).status).toBe(401)
  })
})

describe('a sign-in under way', () => {
  it('is not let in with the password that somebody changed meanwhile', async () => {
    const { id, email } = await person()
    const account = { userId: id, providerId: 'credential' }
    const before = await world.store.db.session.count({ where: { userId: id } })
    let coming: ReturnType<typeof signIn> | null = null
    await transact(world.store, async (tx) => {
      await lockPerson(tx, id)
      coming ??= signIn(email, password)
      // it has judged the old password when it waits for the person
      await expect.poll(() => world.database.query(waiting), { timeout: 20_000 }).toHaveLength(1)
      await tx.db.account.updateMany({
        where: account,
        data: { password: await hashPassword('another good password') },
      })
    })
    const answer = (await coming) as unknown as Response
    const { requestId: _, ...told } = (await answer.json()) as Record<string, unknown>
    const { requestId: _of, ...wrong } = (await (await signIn(email, 'not the password')).json()) as typeof told
    expect([answer.status, answer.headers.get('set-cookie'), told]).toEqual([401, null, wrong])
    expect(await world.store.db.session.count({ where: { userId: id } })).toBe(before)
    expect((await signIn(email, 'another good password')).status).toBe(201)
  })
})

const waiting = `select pid from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and query like '%from users where id%'`

describe('a link', () => {
  it('lets in although the client had failed too often, and forgets the failures of the old password', async () => {
    const { id, email } = await person()
    for (let i = 0; i < 11; i++) await signIn(email, `guess ${i}`)
    for (let i = 0; i < 51; i++) {
      await beginSignIn(world.ctx, { way: 'sign-in', account: `a${i}@x.test`, client: 'unknown' })
    }
    const { link } = await invitePerson(world.ctx, { id })
    expect((await send('POST', '/invitation', { secret: link.secret, password: 'another good password' })).status).toBe(
      201,
    )
    await world.database.query("delete from sign_in_failures where key not like 'pair %'")
    expect((await signIn(email, 'another good password')).status).toBe(201)
  })

  it('is not used up while the client has to wait', async () => {
    const { secret } = await invited()
    for (let i = 0; i < 50; i++) await beginSignIn(world.ctx, { way: 'link', account: null, client: 'unknown' })
    expect((await send('POST', '/invitation', { secret, password })).status).toBe(429)
    world.clock.pass(301)
    expect((await send('POST', '/invitation', { secret, password })).status).toBe(201)
  })
})

describe('what is below /api/auth', () => {
  it.each([
    ['another origin', { origin: 'http://evil.test' }],
    ['another port of this host', { origin: 'http://rollcall.test:4100' }],
    ['a site the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling the browser calls same-site', { 'sec-fetch-site': 'same-site' }],
    ['a sandboxed frame', { origin: 'null' }],
  ])('does nothing that %s asks for', async (_what, headers) => {
    const { email, secret } = await invited()
    expect((await send('POST', '/invitation', { secret, password }, headers)).status).toBe(403)
    expect((await signIn(email, password, headers)).status).toBe(403)
    expect((await send('POST', '/setup', { secret, name: 'Eve', email, password }, headers)).status).toBe(403)
    expect((await send('POST', '/sign-in/provider', { next: '/' }, headers)).status).toBe(403)
  })

  it.each([
    ['POST', '/sign-up/email'],
    ['GET', '/get-session'],
    ['GET', '/list-sessions'],
    ['POST', '/sign-in/social'],
    ['POST', '/update-user'],
    ['POST', '/change-email'],
    ['POST', '/delete-user'],
    ['POST', '/link-social'],
    ['POST', '/forget-password'],
    ['POST', '/reset-password'],
    ['GET', '/callback/github'],
    ['GET', '/ok'],
    ['GET', '/error'],
    ['GET', '/constructor'],
    ['GET', ''],
  ])('is nothing of better-auth that is not needed: %s %s', async (method, path) => {
    expect((await send(method, path, method === 'POST' ? {} : undefined)).status).toBe(404)
  })

  it('has no provider unless one is set', async () => {
    expect((await send('POST', '/sign-in/provider', { next: '/' })).status).toBe(404)
    const before = await world.store.db.auditEntry.count()
    expect((await send('GET', '/callback/oidc?code=x&state=y')).status).toBe(404)
    expect(await world.store.db.auditEntry.count()).toBe(before)
  })

  it('says of a password that is too long to be one how long one may be', async () => {
    const long = await signIn('a@x.test', 'x'.repeat(201))
    expect([long.status, (await long.json()).detail]).toEqual([422, 'password: has at most 200 characters'])
    const { secret } = await invited()
    const chosen = await send('POST', '/invitation', { secret, password: `${password} `.repeat(20) })
    expect([chosen.status, (await chosen.json()).detail]).toEqual([422, 'password: must have at most 200 characters'])
  })

  it.each([
    ['no JSON', '{"email":', 400],
    ['a field more', { email: 'a@x.test', password, rememberMe: false }, 400],
    ['something else than text', { email: { $ne: null }, password }, 400],
  ])('refuses %s', async (_what, body, status) => {
    const headers = { 'content-type': 'application/json', origin: testOrigin }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const request = new Request(`${testOrigin}/api/auth/sign-in/email`, { method: 'POST', headers, body: text })
    expect((await handleAuth(request, process_)).status).toBe(status)
  })
})
