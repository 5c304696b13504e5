import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Issuer } from './issuer.ts'
import type { IssuerLine } from './issuer-line.ts'
import type { OidcSettings } from './oidc-settings.ts'
import { makeProvider } from './provider.ts'
import { type SignIn, signIns } from './sign-in.ts'

let world: TestWorld
let key: CryptoKey
let other: CryptoKey
let issuer: Issuer
/** what the userinfo endpoint would tell */
let told: Record<string, unknown> = {}
const at = 'https://login.corp.test'

beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  const pair = await generateKeyPair('RS256', { extractable: true })
  key = pair.privateKey
  other = (await generateKeyPair('RS256')).privateKey
  issuer = {
    issuer: at,
    authorizationEndpoint: new URL(`${at}/auth`),
    tokenEndpoint: new URL(`${at}/token`),
    userinfoEndpoint: new URL(`${at}/me`),
    keys: createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'RS256', kid: '1' }] }),
    algorithms: ['RS256'],
    scopes: [],
    secretIn: 'client_secret_basic',
  }
})
afterAll(() => world.drop())

const settings: OidcSettings = {
  issuer: new URL(at),
  clientId: 'rollcall',
  clientSecret: 'secret',
  name: 'Corp',
  groupsClaim: 'groups',
  roles: new Map([['*', [{ role: 'viewer', environment: null }]]]),
}
const line: IssuerLine = {
  fetch: async () => ({ status: 404, text: '' }),
  json: async () => told,
}

const good = (): JWTPayload => ({
  iss: at,
  aud: 'rollcall',
  sub: 'nina',
  nonce: 'the-nonce',
  email: 'nina@corp.test',
  groups: [],
  iat: Math.floor(Date.now() / 1000),
  exp: Math.floor(Date.now() / 1000) + 300,
})
const sign = (claims: JWTPayload, by = key, alg = 'RS256') =>
  new SignJWT(claims).setProtectedHeader({ alg, kid: '1' }).sign(by)

async function come(idToken: string | undefined, expectedIdTokenNonce: string | undefined = 'the-nonce') {
  const signIn: SignIn = {
    ...{ ctx: world.ctx, client: '192.0.2.1', browser: null },
    ...{ passwordHash: null, refused: null, trouble: null },
  }
  const provider = makeProvider(settings, async () => issuer, line)
  const found = await signIns.run(signIn, () =>
    provider.getUserInfo({ idToken, accessToken: 'an-access-token', expectedIdTokenNonce }),
  )
  return { found, ...signIn }
}

it('believes an ID token that is signed by the provider, for this client and this sign-in', async () => {
  expect(await come(await sign(good()))).toMatchObject({ found: { data: { sub: 'nina' } }, trouble: null })
})

const without = (name: string) => {
  const { [name]: _, ...rest } = good()
  return rest
}
it.each<[string, () => Promise<string | undefined>]>([
  ['is not there', async () => undefined],
  ['is signed with another key', () => sign(good(), other)],
  ['is signed with nothing', async () => new UnsecuredJWT(good()).encode()],
  [
    'is signed with a secret that both have',
    () => new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: '1' }).sign(Buffer.from('secret'.repeat(6))),
  ],
  ['is of another provider', () => sign({ ...good(), iss: 'https://login.evil.test' })],
  ['is for another client', () => sign({ ...good(), aud: 'another' })],
  ['is for several clients, this not the one that asked', () => sign({ ...good(), aud: ['rollcall', 'x'], azp: 'x' })],
  ['is for several clients and does not say who asked', () => sign({ ...good(), aud: ['rollcall', 'x'] })],
  ['is of another sign-in', () => sign({ ...good(), nonce: 'another' })],
  ['is of no sign-in in particular', () => sign(without('nonce'))],
  ['names nobody', () => sign(without('sub'))],
  ['is over', () => sign({ ...good(), exp: Math.floor(Date.now() / 1000) - 60 })],
  ['has no end', () => sign(without('exp'))],
  ['is of yesterday', () => sign({ ...good(), iat: Math.floor(Date.now() / 1000) - 86_400 })],
])('does not believe an ID token that %s', async (_what, token) => {
  const { found, trouble } = await come(await token())
  expect(found).toBeNull()
  expect(trouble).toMatch(/./)
})

it('does not believe any when this browser has no nonce', async () => {
  expect((await come(await sign(good()), '')).found).toBeNull()
})

it('asks the userinfo endpoint for what is missing, and believes it only about the same person', async () => {
  const token = await sign(without('email'))
  told = { sub: 'nina', email: 'nina@corp.test' }
  expect((await come(token)).found).toMatchObject({ user: { email: 'nina@corp.test' } })
  told = { sub: 'eve', email: 'nina@corp.test' }
  expect((await come(token)).found).toBeNull()
  // what is signed is worth more
  told = { sub: 'nina', email: 'nina@corp.test', iss: 'https://login.evil.test' }
  expect((await come(token)).found).toMatchObject({ data: { iss: at } })
})
