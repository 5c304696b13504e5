import {
  createTrust,
  deleteTrust,
  disableTrust,
  enableTrust,
  findTokenPrincipal,
  listTokens,
  updateTrust,
} from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { base64url, CompactSign, exportSPKI, type JWTPayload, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { peerHeader } from '../server/client-address.ts'
import type { Deps } from '../server/context.ts'
import { testDeps, testOrigin } from '../server/testing/deps.ts'
import { handleExchange } from './handle-exchange.ts'
import { type IssuerKeys, openIssuerKeys } from './issuer-keys.ts'
import { type Behaviour, type LocalIssuer, localIssuer, newKey } from './testing/local-issuer.ts'

let world: TestWorld
let issuer: LocalIssuer
let deps: Deps
let keys: IssuerKeys
let trustId: string
let logged: string[]

const trust = (more: object = {}) => ({
  ...{
    name: 'deploy',
    issuer: issuer.url,
    claims: { repository_id: '123', ref: 'refs/heads/main', environment: 'production' },
  },
  ...{ capabilities: ['apply.open', 'build.publish'], environments: ['production'] },
  ...more,
})

beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  const { deps: usual, env } = testDeps({ store: world.store, clock: world.clock })
  deps = { ...usual, env: () => ({ ...env, reach: ['127.0.0.0/8'] }) }
})
afterAll(() => world?.drop())

beforeEach(async () => {
  issuer = await localIssuer()
  keys = openIssuerKeys(['127.0.0.0/8'], deps.now)
  trustId = (await createTrust(world.ctx, trust())).id
  logged = []
  vi.spyOn(console, 'error').mockImplementation((line) => void logged.push(String(line)))
  await world.store.db.signInFailure.deleteMany()
})
afterEach(async () => {
  await world.store.db.ciTrust.deleteMany()
  await keys.close()
  await issuer.close()
})

// biome-ignore lint/suspicious/noExplicitAny: answers are read as they travel, without our types
type Answer = { status: number; body: any; headers: Headers; text: string }

async function send(body: string, type = 'application/json', headers: Record<string, string> = {}): Promise<Answer> {
  const request = new Request(`${testOrigin}/api/v1/token-exchange`, {
    method: 'POST',
    headers: { 'content-type': type, [peerHeader]: '192.0.2.1', ...headers },
    body,
  })
  const response = await handleExchange(request, deps, keys)
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: text === '' ? null : JSON.parse(text) }
}
const exchange = (proof: string) => send(JSON.stringify({ token: proof }))
const proofOf = (claims: JWTPayload = {}, how = {}) => issuer.proof(world.clock.now, claims, how)
const seconds = (more: number) => Math.floor(world.clock.now.getTime() / 1000) + more
const look = (token: string) => findTokenPrincipal(world.store.db, token, world.clock.now)

describe('a pipeline that a trust takes', () => {
  it('is given a token of 15 minutes that may do what the trust says, where it says', async () => {
    const { status, body, headers } = await exchange(await proofOf())
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(body).toEqual({
      access_token: expect.stringMatching(/^rc_/),
      token_type: 'Bearer',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      expires_in: 900,
      trust: 'deploy',
      capabilities: ['apply.open', 'build.publish'],
      environments: ['production'],
    })
    const answer = await look(body.access_token)
    expect(answer).toMatchObject({ kind: 'live', principal: { name: 'acme/app main (run 42)', ownerId: null } })
    expect(answer.kind === 'live' && answer.principal.rights).toEqual(
      new Map<string, unknown>([
        ['apply.open', new Set([world.environmentId])],
        ['build.publish', 'everywhere'],
      ]),
    )
  })

  it('is given none that is good after its minutes', async () => {
    const { body } = await exchange(await proofOf())
    world.clock.pass(899)
    expect((await look(body.access_token)).kind).toBe('live')
    world.clock.pass(1)
    expect(await look(body.access_token)).toMatchObject({ kind: 'dead', why: expect.stringMatching(/expired/) })
  })

  it('may send its proof as a form of RFC 8693', async () => {
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: await proofOf(),
      scope: 'anything',
    })
    expect((await send(String(form), 'application/x-www-form-urlencoded; charset=utf-8')).status).toBe(200)
  })

  it.each(['PS256', 'ES256', 'ES384', 'EdDSA'])('may be vouched for with %s', async (alg) => {
    const key = await newKey(`key of ${alg}`, alg)
    issuer.publish(key.jwk)
    expect((await exchange(await proofOf({}, { key, alg }))).status).toBe(200)
  })

  it('may say its ids as numbers, and name several readers of whom we are one', async () => {
    const proof = await proofOf({ repository_id: 123, aud: ['https://other.test', testOrigin] } as never)
    expect((await exchange(proof)).status).toBe(200)
  })

  it('may write our address with a slash at its end', async () =>
    expect((await exchange(await proofOf({ aud: `${testOrigin}/` }))).status).toBe(200))

  it('may be a minute ahead or behind', async () => {
    expect((await exchange(await proofOf({ iat: seconds(50), nbf: seconds(50) }))).status).toBe(200)
    expect((await exchange(await proofOf({ exp: seconds(-50) }))).status).toBe(200)
  })

  it('is in the record by its own name, with what its issuer said and without the proof', async () => {
    const proof = await proofOf({ actor: 'octo\u202ecat\n', sha: 'x'.repeat(5_000) })
    const { body } = await exchange(proof)
    const [row] = await world.database.query<Record<string, unknown>>(
      `select actor, actor_id, credential, via, outcome, detail, after from audit where action = 'token.exchange' order by id desc limit 1`,
    )
    expect(row).toMatchObject({
      ...{ actor: 'acme/app main (run 42)', credential: `proof of ${issuer.url}`, via: 'api', outcome: 'done' },
      detail: { trust: 'deploy', again: false, claims: { repository: 'acme/app', run_id: '42', actor: 'octocat' } },
    })
    expect(row?.actor_id).toMatch(/^tok_/)
    const kept = JSON.stringify([row, await listTokens(world.ctx, { of: 'pipelines' })])
    expect(kept).not.toContain(proof.slice(-40))
    expect(kept).not.toContain(body.access_token.slice(12))
    expect(kept.length).toBeLessThan(20_000)
  })
})

describe('a proof is refused', () => {
  const unsigned = (header: object, payload: object) =>
    `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(payload))}.`
  const payload = () => ({
    iss: issuer.url,
    aud: testOrigin,
    sub: 'x',
    iat: seconds(0),
    exp: seconds(300),
    repository_id: '123',
  })

  const cases: [string, () => Promise<string> | string, RegExp][] = [
    [
      'of another audience',
      () => proofOf({ aud: 'https://other.test' }),
      /written for "https:\/\/other\.test" \(aud\), and has to be for http:\/\/rollcall\.test/,
    ],
    ['of an audience that only begins like ours', () => proofOf({ aud: `${testOrigin}.evil.test` }), /\(aud\)/],
    ['of no audience', () => proofOf({ aud: undefined }), /does not say aud/],
    [
      'of an issuer that no trust names',
      () => proofOf({ iss: 'https://evil.test' }),
      /No trust names its issuer "https:\/\/evil\.test"/,
    ],
    ['of our issuer with a slash more', () => proofOf({ iss: `${issuer.url}/` }), /No trust names its issuer/],
    ['of no issuer', () => proofOf({ iss: undefined }), /names no issuer/],
    ['that has expired', () => proofOf({ exp: seconds(-61) }), /has expired \(exp\)/],
    ['that never expires', () => proofOf({ exp: undefined }), /does not say exp/],
    ['that is not valid yet', () => proofOf({ nbf: seconds(62) }), /not valid yet \(nbf\)/],
    ['that was issued in the future', () => proofOf({ iat: seconds(62) }), /issued in the future/],
    [
      'that is more than an hour old',
      () => proofOf({ iat: seconds(-3_700), exp: seconds(600) }),
      /more than an hour ago \(iat\)/,
    ],
    ['that does not say when it was issued', () => proofOf({ iat: undefined }), /does not say|does not say when/],
    ['that is signed by nobody', () => unsigned({ alg: 'none' }, payload()), /signed with none, which is not taken/],
    ['that says none in capitals', () => unsigned({ alg: 'NONE', kid: 'key-1' }, payload()), /which is not taken/],
    [
      'whose secret is our public key',
      async () => {
        const pem = await exportSPKI(await publicKey())
        return new SignJWT(payload())
          .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
          .sign(new TextEncoder().encode(pem))
      },
      /signed with HS256, which is not taken/,
    ],
    [
      'by a key that its issuer does not have',
      async () => proofOf({}, { key: await newKey('unknown') }),
      /a key that its issuer does not have \(kid\)/,
    ],
    [
      'by another key under the name of the right one',
      async () => proofOf({}, { key: await newKey('key-1') }),
      /signature is not that of its issuer/,
    ],
    ['that names no key', () => proofOf({}, { kid: undefined }), /with which key it is signed/],
    [
      'that was changed after it was signed',
      async () => {
        const [head, , signature] = (await proofOf()).split('.')
        return `${head}.${base64url.encode(JSON.stringify(payload()))}.${signature}`
      },
      /signature is not that of its issuer/,
    ],
    [
      'that asks for what nobody here understands',
      () =>
        new CompactSign(new TextEncoder().encode(JSON.stringify(payload())))
          .setProtectedHeader({ alg: 'RS256', kid: 'key-1', crit: ['x'], x: 1 } as never)
          .sign(issuer.key().sign, { crit: { x: true } }),
      /cannot be verified/,
    ],
    ['that is none', () => 'nothing.of.this', /not a signed JSON Web Token/],
    ['that is empty inside', () => '..', /not a signed JSON Web Token/],
  ]

  const publicKey = async () => {
    const { importJWK } = await import('jose')
    return (await importJWK(issuer.key().jwk, 'RS256')) as CryptoKey
  }

  it.each(cases)('%s', async (_what, make, why) => {
    const proof = await make()
    const { status, body, text, headers } = await exchange(proof)
    expect([status, body.code, body.detail]).toEqual([401, 'unauthorized', expect.stringMatching(why)])
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body.remedy).toMatch(/\w/)
    for (const part of proof.split('.').filter((one) => one.length > 20)) expect(text).not.toContain(part)
    expect(logged.join()).not.toContain(proof.slice(-40))
    expect((await listTokens(world.ctx, { of: 'pipelines' })).items).toEqual([])
  })

  it('of an issuer that no trust names without asking that issuer', async () => {
    await deleteTrust(world.ctx, { id: trustId })
    expect((await exchange(await proofOf())).status).toBe(401)
    expect(issuer.asked).toEqual([])
  })

  it('that brings its own key, or says where to find one', async () => {
    const key = await newKey('key-1')
    const proof = await new SignJWT(payload())
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1', jwk: key.jwk, jku: `${issuer.url}/elsewhere` } as never)
      .sign(key.sign)
    expect((await exchange(proof)).status).toBe(401)
    expect(issuer.asked).not.toContain('/elsewhere')
  })

  it.each<[string, string, string, number]>([
    ['in no body', '', 'application/json', 400],
    ['as a list', '[]', 'application/json', 400],
    ['with more beside it', '{"token":"x","trust":"deploy"}', 'application/json', 400],
    ['as plain text', 'x', 'text/plain', 415],
    ['in a form without a grant type', 'subject_token=x', 'application/x-www-form-urlencoded', 400],
    [
      'in a form with two of it',
      'grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token_type=urn:ietf:params:oauth:token-type:jwt&subject_token=a&subject_token=b',
      'application/x-www-form-urlencoded',
      400,
    ],
    ['in a body that is longer than any', `${' '.repeat(65_536)}{"token":"x"}`, 'application/json', 413],
    ['that is longer than any', JSON.stringify({ token: 'x'.repeat(20_000) }), 'application/json', 413],
  ])('%s', async (_what, body, type, status) => expect((await send(body, type)).status).toBe(status))

  it('by any other method', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const response = await handleExchange(new Request(`${testOrigin}/api/v1/token-exchange`, { method }), deps, keys)
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    }
  })
})

describe('a pipeline that no trust takes', () => {
  it.each<[string, JWTPayload, string, RegExp]>([
    [
      'on another branch',
      { ref: 'refs/heads/dev' },
      'ref',
      /ref is "refs\/heads\/dev"; the trust deploy wants "refs\/heads\/main"/,
    ],
    [
      'with no environment',
      { environment: undefined },
      'environment',
      /has no environment; the trust deploy wants "production"/,
    ],
    ['with a list for its branch', { ref: ['refs/heads/main'] as never }, 'ref', /has no ref/],
  ])('%s is told which claim is not what the trust wants', async (_what, claims, field, why) => {
    const { status, body } = await exchange(await proofOf(claims))
    expect([status, body.code, body.field, body.detail]).toEqual([403, 'forbidden', field, expect.stringMatching(why)])
  })

  it.each<[string, JWTPayload]>([
    ['of another repository', { repository_id: '124' }],
    ['of a repository that took the name over', { repository_id: '9000', repository: 'acme/app' }],
    ['that does not say which repository it is of', { repository_id: undefined }],
  ])('%s is told that, and nothing of what the trust wants', async (_what, claims) => {
    const { status, body, text } = await exchange(await proofOf({ ...claims, ref: 'refs/heads/dev' }))
    expect([status, body.field]).toEqual([403, 'repository_id'])
    expect(text).not.toMatch(/"123|refs\/heads\/main|deploy wants/)
  })

  it('is in the record as refused, because its issuer vouches for it; what nobody vouches for is not', async () => {
    const count = async () =>
      Number(
        (
          await world.database.query<{ n: string }>(
            `select count(*) n from audit where action = 'token.exchange' and outcome = 'refused'`,
          )
        )[0]?.n,
      )
    const before = await count()
    await exchange(await proofOf({ ref: 'refs/heads/dev' }))
    expect(await count()).toBe(before + 1)
    await exchange(await proofOf({ ref: 'refs/heads/dev' }, { key: await newKey('unknown') }))
    expect(await count()).toBe(before + 1)
  })
})

describe('of several trusts', () => {
  it('the one that asks for most gives what it says, never what several say together', async () => {
    await createTrust(world.ctx, trust({ name: 'wide', claims: { repository_id: '123' }, capabilities: ['read'] }))
    expect((await exchange(await proofOf())).body).toMatchObject({
      trust: 'deploy',
      capabilities: ['apply.open', 'build.publish'],
    })
    expect((await exchange(await proofOf({ ref: 'refs/heads/dev' }))).body).toMatchObject({
      trust: 'wide',
      capabilities: ['read'],
    })
  })

  it('only those count whose audience the proof is written for', async () => {
    await createTrust(
      world.ctx,
      trust({ name: 'other', audience: 'rollcall-ci', claims: { repository_id: '123' }, capabilities: ['read'] }),
    )
    expect((await exchange(await proofOf({ aud: 'rollcall-ci' }))).body).toMatchObject({ trust: 'other' })
    expect((await exchange(await proofOf())).body).toMatchObject({ trust: 'deploy' })
  })
})

describe('a trust', () => {
  it('that is disabled lets nobody in, and ends what came in by it', async () => {
    const { body } = await exchange(await proofOf())
    await disableTrust(world.ctx, { id: trustId })
    expect((await look(body.access_token)).kind).toBe('dead')
    expect((await exchange(await proofOf())).status).toBe(401)
    await enableTrust(world.ctx, { id: trustId })
    expect((await look(body.access_token)).kind).toBe('dead')
    expect((await exchange(await proofOf())).status).toBe(200)
  })

  it('that says something else from now on ends what came in by what it said', async () => {
    const { body } = await exchange(await proofOf())
    await updateTrust(world.ctx, { id: trustId, ...trust({ claims: { repository_id: '123', ref: 'refs/tags/v*' } }) })
    expect((await look(body.access_token)).kind).toBe('dead')
    expect((await exchange(await proofOf())).body.field).toBe('ref')
    expect((await exchange(await proofOf({ ref: 'refs/tags/v1' }))).status).toBe(200)
  })

  it('with the issuer’s keys by hand never asks the issuer', async () => {
    const { kid, jwk } = issuer.key()
    await updateTrust(world.ctx, { id: trustId, ...trust({ keys: { keys: [{ ...jwk, kid }] } }) })
    issuer.behave('never')
    expect((await exchange(await proofOf())).status).toBe(200)
    await issuer.rotate()
    expect((await exchange(await proofOf())).body.detail).toMatch(/key that its issuer does not have/)
    expect(issuer.asked).toEqual([])
  })
})

describe('the same proof', () => {
  it('may come again while the first answer is good, and gets no more time', async () => {
    const proof = await proofOf()
    const first = await exchange(proof)
    world.clock.pass(100)
    const second = await exchange(proof)
    expect([second.status, second.body.expires_in]).toEqual([200, 800])
    expect(second.body.access_token).not.toBe(first.body.access_token)
    for (const { body } of [first, second]) expect((await look(body.access_token)).kind).toBe('live')
  })

  it('opens nothing any more once that has ended, though it has not expired itself', async () => {
    const proof = await proofOf({ exp: seconds(3_000) })
    await exchange(proof)
    world.clock.pass(901)
    const again = await exchange(proof)
    expect([again.status, again.body.detail]).toEqual([403, expect.stringMatching(/was exchanged before/)])
  })

  it('opens nothing any more once what it was given was revoked', async () => {
    const proof = await proofOf()
    await exchange(proof)
    await world.store.db.apiToken.updateMany({ where: { trustId }, data: { revokedAt: world.clock.now } })
    expect((await exchange(proof)).body.detail).toMatch(/was revoked/)
  })

  it('is known again by what was signed where its issuer gives it no name', async () => {
    const proof = await proofOf({ jti: undefined })
    await exchange(proof)
    world.clock.pass(10)
    expect((await exchange(proof)).body.expires_in).toBe(890)
    expect((await exchange(await proofOf({ jti: undefined }))).body.expires_in).toBe(900)
  })

  it('is exchanged ten times at most, however many come at once', async () => {
    const proof = await proofOf()
    const answers = await Promise.all(Array.from({ length: 10 }, () => exchange(proof)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(new Set(answers.map(({ body }) => body.expires_in))).toEqual(new Set([900]))
    expect((await exchange(proof)).body.detail).toMatch(/exchanged 10 times/)
  })
})

describe('an issuer', () => {
  it('is asked once for many proofs, and again for a new key, at most every 30 s', async () => {
    await Promise.all([proofOf(), proofOf(), proofOf()].map(async (proof) => exchange(await proof)))
    expect(issuer.asked).toHaveLength(2)
    await issuer.rotate()
    expect((await exchange(await proofOf())).status).toBe(401)
    expect(issuer.asked).toHaveLength(2)
    world.clock.pass(30)
    expect((await exchange(await proofOf())).status).toBe(200)
    expect(issuer.asked).toHaveLength(4)
  })

  it('is asked again after ten minutes, so that a key it withdrew lets nobody in', async () => {
    const old = issuer.key()
    await exchange(await proofOf())
    await issuer.rotate()
    world.clock.pass(601)
    expect((await exchange(await proofOf({}, { key: old }))).status).toBe(401)
  })

  it('that is down for a while does not keep pipelines out whose key is known, for an hour', async () => {
    await exchange(await proofOf())
    issuer.behave('with an error')
    world.clock.pass(1_200)
    expect((await exchange(await proofOf())).status).toBe(200)
    world.clock.pass(3_600)
    expect((await exchange(await proofOf())).status).toBe(503)
  })

  it.each<[Behaviour, RegExp]>([
    ['as another issuer', /describes itself as another one/],
    ['with keys on another host', /has its keys on another host/],
    ['never', /does not answer in time/],
    ['with too much', /answers with too much/],
    ['leading elsewhere', /leads elsewhere/],
    ['with no JSON', /does not answer as one does/],
    ['with an error', /does not answer as one does/],
  ])(
    'that answers %s is told apart from a proof that is wrong, and is not asked all the time',
    async (behaviour, why) => {
      issuer.behave(behaviour)
      const { status, body, headers } = await exchange(await proofOf())
      expect([status, body.code, body.detail]).toEqual([503, 'unavailable', expect.stringMatching(why)])
      expect(headers.get('retry-after')).toBe('5')
      expect(issuer.asked.some((path) => path.includes('elsewhere'))).toBe(false)
      const asked = issuer.asked.length
      await exchange(await proofOf())
      expect(issuer.asked).toHaveLength(asked)
      issuer.behave('well')
      world.clock.pass(5)
      expect((await exchange(await proofOf())).status).toBe(200)
    },
  )

  it('whose address nobody listed is not connected to', async () => {
    const strict = openIssuerKeys([], deps.now)
    const request = new Request(`${testOrigin}/api/v1/token-exchange`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: await proofOf() }),
    })
    expect((await handleExchange(request, deps, strict)).status).toBe(503)
    expect(issuer.asked).toEqual([])
    await strict.close()
  })
})

it('the jobs of a matrix, which are one subject, may all come at once', async () => {
  const proofs = await Promise.all(Array.from({ length: 15 }, (_, i) => proofOf({ jti: `job ${i}` })))
  const statuses = await Promise.all(proofs.map(async (proof) => (await exchange(proof)).status))
  expect(statuses).toEqual(Array(15).fill(200))
})

it('whoever keeps sending what is refused waits, and only for that pipeline', async () => {
  const wrong = await proofOf({ ref: 'refs/heads/dev' })
  const statuses = []
  for (let i = 0; i < 12; i++) statuses.push((await exchange(wrong)).status)
  expect(statuses).toEqual([...Array(10).fill(403), 429, 429])
  expect((await exchange(await proofOf({ sub: 'repo:acme/other' }))).status).toBe(200)
  world.clock.pass(301)
  expect((await exchange(await proofOf())).status).toBe(200)
})
