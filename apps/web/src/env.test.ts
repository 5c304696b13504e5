import { expect, it } from 'vitest'
import { readEnv } from './env.ts'

const complete = {
  DATABASE_URL: 'postgres://rollcall@127.0.0.1:5432/rollcall',
  ROLLCALL_TOKEN: 'sixteen-or-more!',
  ROLLCALL_SESSION_SECRET: 'x'.repeat(32),
}

it('takes complete settings and fills in what may be left out', () => {
  const env = readEnv(complete)
  expect(env.baseUrl.origin).toBe('http://127.0.0.1:3000')
  expect(env.buildSha).toBe('dev')
})

it('names every setting that is missing, and treats an empty one as missing', () => {
  expect(() => readEnv({ DATABASE_URL: '' })).toThrow(/DATABASE_URL[\s\S]*ROLLCALL_SESSION_SECRET/)
})

it.each([
  ['too short', 'fifteen-chars-x'],
  ['with a space', 'sixteen or more chars'],
  ['not ASCII', 'sechzehn-zeichen-ü'],
])('refuses a token that is %s, without repeating it', (_why, token) => {
  const read = () => readEnv({ ...complete, ROLLCALL_TOKEN: token })
  expect(read).toThrow(/ROLLCALL_TOKEN/)
  expect(read).not.toThrow(new RegExp(token))
})

it('refuses a base URL that a browser could not open', () => {
  expect(() => readEnv({ ...complete, ROLLCALL_BASE_URL: 'ftp://rollcall.test' })).toThrow(/ROLLCALL_BASE_URL/)
})

it('calls itself dev when the stamp is not a full sha', () => {
  expect(readEnv({ ...complete, ROLLCALL_BUILD_SHA: 'abc1234' }).buildSha).toBe('dev')
  expect(readEnv({ ...complete, ROLLCALL_BUILD_SHA: 'A'.repeat(40) }).buildSha).toBe('a'.repeat(40))
})

it('trusts no proxy unless it is named, and refuses a list that is not one', () => {
  expect(readEnv(complete).trustedProxies.check('127.0.0.1')).toBe(false)
  expect(readEnv({ ...complete, ROLLCALL_TRUSTED_PROXIES: '127.0.0.1' }).trustedProxies.check('127.0.0.1')).toBe(true)
  expect(() => readEnv({ ...complete, ROLLCALL_TRUSTED_PROXIES: 'everybody' })).toThrow(/ROLLCALL_TRUSTED_PROXIES/)
})

it('has no operator token and no provider unless they are set', () => {
  expect(readEnv({ ...complete, ROLLCALL_TOKEN: '' })).toMatchObject({ token: null, oidc: null })
})

const provider = {
  ROLLCALL_OIDC_ISSUER: 'https://login.example.com/realms/acme',
  ROLLCALL_OIDC_CLIENT_ID: 'rollcall',
  ROLLCALL_OIDC_ROLES:
    'platform-admins=admin, sre=releaser@production,sre=viewer, /teams/a=b=operator@staging, *=viewer',
}

it('takes a provider whose groups have roles', () => {
  const { oidc } = readEnv({ ...complete, ...provider })
  expect(oidc).toMatchObject({ name: 'login.example.com', groupsClaim: 'groups', clientSecret: null })
  expect([...(oidc?.roles ?? [])]).toEqual([
    ['platform-admins', [{ role: 'admin', environment: null }]],
    [
      'sre',
      [
        { role: 'releaser', environment: 'production' },
        { role: 'viewer', environment: null },
      ],
    ],
    ['/teams/a=b', [{ role: 'operator', environment: 'staging' }]],
    ['*', [{ role: 'viewer', environment: null }]],
  ])
})

it.each([
  ['ROLLCALL_OIDC_ISSUER', 'http://login.example.com'],
  ['ROLLCALL_OIDC_ISSUER', 'login.example.com'],
  ['ROLLCALL_OIDC_ISSUER', 'https://user:pass@login.example.com'],
  ['ROLLCALL_OIDC_CLIENT_ID', ''],
  ['ROLLCALL_OIDC_ROLES', ''],
  ['ROLLCALL_OIDC_ROLES', 'everyone'],
  ['ROLLCALL_OIDC_ROLES', '=admin'],
  ['ROLLCALL_OIDC_ROLES', 'everyone=root'],
  ['ROLLCALL_OIDC_ROLES', 'everyone=viewer@a@b'],
  ['ROLLCALL_OIDC_ROLES', 'everyone=viewer@Not A Slug'],
  ['ROLLCALL_OUTBOUND_PRIVATE', 'everywhere'],
])('names %s when it is %j', (name, value) => {
  expect(() => readEnv({ ...complete, ...provider, [name]: value })).toThrow(new RegExp(`^  ${name}: `, 'm'))
})
