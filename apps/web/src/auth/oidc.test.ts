import { addPerson, deletePerson, findSession, getPerson, listPeople, type RoleHeld } from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { principalOf } from '../server/principal.ts'
import { handleSession } from '../server/session-handler.ts'
import { testDeps, testOrigin } from '../server/testing/deps.ts'
import { handleAuth } from './handler.ts'
import { startProvider, type TestProvider } from './testing/provider.ts'

let world: TestWorld
let provider: TestProvider
let deps: ReturnType<typeof testDeps>['deps']

const settings = () => ({
  ROLLCALL_OIDC_ISSUER: provider.issuer,
  ROLLCALL_OIDC_CLIENT_ID: provider.clientId,
  ROLLCALL_OIDC_CLIENT_SECRET: provider.clientSecret,
  ROLLCALL_OIDC_NAME: 'Acme login',
  ROLLCALL_OIDC_ROLES: 'platform-admins=admin, sre=releaser@production, staff=viewer',
  ROLLCALL_OUTBOUND_PRIVATE: '127.0.0.0/8',
})

beforeAll(async () => {
  ;[world, provider] = await Promise.all([
    testWorld({ tenants: [] }),
    startProvider(`${testOrigin}/api/auth/callback/oidc`),
  ])
  // the provider's clock is the real one
  deps = testDeps({
    store: world.store,
    clock: {
      get now() {
        return new Date()
      },
    },
    settings: settings(),
  }).deps
})
afterAll(() => Promise.all([world.drop(), provider.stop()]))
beforeEach(async () => {
  await world.database.query('delete from sign_in_failures')
})

const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')

async function leave(next = '/applies?state=running', to = deps) {
  const response = await handleAuth(
    new Request(`${testOrigin}/api/auth/sign-in/provider`, {
      method: 'POST',
      headers: { origin: testOrigin, 'content-type': 'application/json' },
      body: JSON.stringify({ next }),
    }),
    to,
  )
  const { url } = (await response.json()) as { url: string }
  return { response, url, cookie: cookiesOf(response) }
}

const comeBack = (url: string, cookie: string, to = deps) =>
  handleAuth(new Request(url, { headers: { cookie, 'sec-fetch-site': 'cross-site' } }), to)

/** Goes all the way; the answer is the redirect that the browser is given in the end. */
async function signIn(user: string, to = deps) {
  await provider.tell({ current: user })
  const { url, cookie } = await leave(undefined, to)
  const response = await comeBack(await provider.visit(url), cookie, to)
  const session = cookiesOf(response)
    .split('; ')
    .find((pair) => pair.startsWith('rollcall_session='))
  const headers = new Headers({ cookie: session ?? '' })
  return { location: response.headers.get('location'), session: session ?? null, who: () => principalOf(headers, to) }
}

const nina = { email: 'nina@corp.test', email_verified: true, name: 'Nina' }
const idOf = async (email: string) => (await listPeople(world.ctx, { q: email })).items[0]?.id as string

describe('coming in through the provider', () => {
  it('asks for a code that only this browser and this process can use', async () => {
    const { url, response } = await leave()
    const { searchParams, origin } = new URL(url)
    expect(origin).toBe(provider.issuer)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'rollcall',
      redirect_uri: `${testOrigin}/api/auth/callback/oidc`,
      scope: 'openid email profile groups',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/.{16,}/),
      state: expect.stringMatching(/.{16,}/),
    })
    expect(response.headers.get('set-cookie')).toMatch(/^rollcall_state=.*; HttpOnly; SameSite=Lax$/)
  })

  it('makes a person with the roles of their groups, and leads to the page that they wanted', async () => {
    await provider.tell({ users: { nina: { ...nina, groups: ['sre', 'staff', 'somewhere-else'] } } })
    const { location, who } = await signIn('nina')
    expect(location).toBe('/applies?state=running')
    const principal = await who()
    expect(principal).toMatchObject({ name: 'Nina', by: 'session' })
    expect([...(principal?.rights.get('apply.release') ?? [])]).toEqual([world.environmentId])
    expect(principal?.rights.get('read')).toBe('everywhere')
    const accounts = await world.database.query('select * from accounts')
    expect(accounts).toMatchObject([
      {
        ...{ provider_id: 'oidc', account_id: JSON.stringify([provider.issuer, 'nina']), scope: null },
        ...{ access_token: null, refresh_token: null, id_token: null },
      },
    ])
    expect((await world.database.query('select * from verifications')).length).toBeLessThanOrEqual(1)
  })

  it('takes the roles from the groups at every sign-in, and ends what was open with the old ones', async () => {
    await provider.tell({ users: { nina: { ...nina, groups: ['staff'] } } })
    const first = await signIn('nina')
    const second = await signIn('nina')
    expect([await first.who(), await second.who()]).not.toContain(null)
    await provider.tell({ users: { nina: { ...nina, groups: ['platform-admins'] } } })
    const promoted = await signIn('nina')
    expect([await first.who(), await second.who()]).toEqual([null, null])
    expect((await promoted.who())?.rights.get('people.manage')).toBe('everywhere')
  })

  it('ends by signing out', async () => {
    const { session, who } = await signIn('nina')
    const headers = { cookie: session ?? '', origin: testOrigin }
    const out = await handleSession(new Request(`${testOrigin}/api/session`, { method: 'DELETE', headers }), deps)
    expect([out.status, await who()]).toEqual([204, null])
  })

  it('lets nobody in whose groups are no role, and takes what they had', async () => {
    const before = await signIn('nina')
    await provider.tell({ users: { nina: { ...nina, groups: ['others'] }, otto: { email: 'otto@corp.test' } } })
    expect(await signIn('nina')).toMatchObject({ location: '/sign-in?refused=no_role', session: null })
    expect(await before.who()).toBeNull()
    expect(await getPerson(world.ctx, { id: await idOf('nina@') })).toMatchObject({ providerRoles: [] })
    expect(await signIn('otto')).toMatchObject({ location: '/sign-in?refused=no_role', session: null })
    expect(await idOf('otto@')).toBeUndefined()
  })

  it('takes nobody over who comes in with a password, and tells the audit', async () => {
    const roles: RoleHeld[] = [{ role: 'admin', environment: null }]
    await addPerson(world.ctx, { name: 'Local', email: 'local@corp.test', roles })
    await provider.tell({ users: { evil: { ...nina, email: 'Local@corp.test', groups: ['staff'] } } })
    expect(await signIn('evil')).toMatchObject({ location: '/sign-in?refused=local_person', session: null })
    const last = await world.store.db.auditEntry.findFirst({ orderBy: { id: 'desc' } })
    expect(last).toMatchObject({ action: 'sign_in.fail', outcome: 'refused', detail: { because: 'local_person' } })
  })

  it('lets in again whom somebody deleted here, as a new person; whom the provider deleted comes in no more', async () => {
    await provider.tell({ users: { nina: { ...nina, groups: ['staff'] } } })
    const before = await signIn('nina')
    const id = await idOf('nina@')
    await deletePerson(world.ctx, { id })
    expect(await before.who()).toBeNull()
    expect(await (await signIn('nina')).who()).not.toBeNull()
    expect(await idOf('nina@')).not.toBe(id)
    await provider.tell({ users: {} })
    expect((await signIn('nina').catch(() => null))?.session ?? null).toBeNull()
  })

  it('says so when the provider itself refuses', async () => {
    expect(await signIn('')).toMatchObject({ location: '/sign-in?refused=access_denied', session: null })
  })
})

describe('the way back', () => {
  const users = { nina: { ...nina, groups: ['staff'] } }

  it('is good once, and only in the browser that left', async () => {
    await provider.tell({ users, current: 'nina' })
    const { url, cookie } = await leave()
    const back = await provider.visit(url)
    const elsewhere = await comeBack(back, '')
    expect([elsewhere.headers.get('location'), cookiesOf(elsewhere)]).toEqual([
      '/sign-in?refused=too_late',
      expect.not.stringContaining('rollcall_session='),
    ])
    const other = await leave()
    expect((await comeBack(back, other.cookie)).headers.get('location')).toBe('/sign-in?refused=too_late')
    expect((await comeBack(back, cookie)).headers.get('location')).toBe('/applies?state=running')
    expect((await comeBack(back, cookie)).headers.get('location')).toBe('/sign-in?refused=too_late')
  })

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example/x',
    '/..//evil.example/x',
    '/x/..//evil.example/x',
    '/x//evil.example',
    '/./api/v1/applies',
    '/api/v1/applies',
    'javascript:alert(1)',
    '/sign-in?refused=no_role',
  ])('does not lead to %s', async (next) => {
    await provider.tell({ users, current: 'nina' })
    const { url, cookie } = await leave(next)
    expect((await comeBack(await provider.visit(url), cookie)).headers.get('location')).toBe('/')
  })

  it('leads to a page that has an error in its own address', async () => {
    await provider.tell({ users, current: 'nina' })
    const { url, cookie } = await leave('/applies?error=state')
    expect((await comeBack(await provider.visit(url), cookie)).headers.get('location')).toBe('/applies?error=state')
  })

  it.each([
    '',
    '?code=x',
    '?state=y&code=x',
    '?error=access_denied',
    '?state=y&state=z',
    `?state=${'y'.repeat(3_000)}`,
  ])('writes nothing of who comes back without having left: %s', async (search) => {
    const written = async () =>
      Promise.all([
        world.store.db.auditEntry.count(),
        world.store.db.verification.count(),
        world.store.db.signInFailure.count(),
      ])
    const before = await written()
    const back = await comeBack(`${testOrigin}/api/auth/callback/oidc${search}`, '')
    expect([back.status, back.headers.get('location')]).toEqual([302, expect.stringMatching(/=(too_late|failed)$/)])
    expect(await written()).toEqual(before)
  })

  it('may be begun fifty times by one client without an end; whoever comes in does not count', async () => {
    await provider.tell({ users, current: 'nina' })
    for (let i = 0; i < 49; i++) expect((await leave()).response.status).toBe(200)
    expect((await signIn('nina')).session).not.toBeNull()
    expect((await leave()).response.status).toBe(200)
    const rows = await world.store.db.verification.count()
    const { response } = await leave()
    expect([response.status, Number(response.headers.get('retry-after'))]).toEqual([429, expect.closeTo(300, -2)])
    expect(await world.store.db.verification.count()).toBe(rows)
  })

  it('does not lead in with the code of somebody else', async () => {
    await provider.tell({ users: { ...users, eve: { email: 'eve@corp.test', groups: ['staff'] } }, current: 'eve' })
    const stolen = new URL(await provider.visit((await leave()).url)).searchParams.get('code') ?? ''
    await provider.tell({ current: 'nina' })
    const { url, cookie } = await leave()
    const back = new URL(await provider.visit(url))
    back.searchParams.set('code', stolen)
    // PKCE's verifier is of another way
    expect((await comeBack(back.href, cookie)).headers.get('location')).toBe('/sign-in?refused=failed')
  })
})

describe('a provider', () => {
  const broken = (more: Record<string, string>) =>
    testDeps({ store: world.store, clock: world.clock, settings: { ...settings(), ...more } }).deps

  it('is asked only where the guard allows it, and what cannot be asked is told without its inside', async () => {
    const guarded = broken({ ROLLCALL_OUTBOUND_PRIVATE: '' })
    const response = (await leave('/', guarded)).response
    expect(response.status).toBe(503)
  })

  it('must be the one that is set', async () => {
    expect((await leave('/', broken({ ROLLCALL_OIDC_ISSUER: `${provider.issuer}/other` }))).response.status).toBe(503)
  })

  it('must know the secret of this client', async () => {
    const wrong = testDeps({
      store: world.store,
      clock: {
        get now() {
          return new Date()
        },
      },
      settings: { ...settings(), ROLLCALL_OIDC_CLIENT_SECRET: 'another-secret' },
    }).deps
    await provider.tell({ users: { nina: { ...nina, groups: ['staff'] } } })
    expect(await signIn('nina', wrong)).toMatchObject({ location: '/sign-in?refused=failed', session: null })
    expect(await findSession({ store: world.store, now: deps.now }, 'none', null)).toBeNull()
  })
})
