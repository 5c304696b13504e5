import { afterEach, describe, expect, it } from 'vitest'
import { createRegistryClient, type RegistryClient } from './client.ts'
import {
  account,
  buildIndex,
  type FakeRegistry,
  type FakeRegistryOptions,
  failsWith,
  pushImage,
  serve,
  startFakeRegistry,
  type TestServer,
} from './testing/index.ts'

const open: (RegistryClient | TestServer)[] = []
const kept = <T extends RegistryClient | TestServer>(one: T): T => {
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const index = buildIndex({ layerBytes: [10] })
const client = (options = {}) => kept(createRegistryClient({ reach: 'all', ...options }))

/** A registry that holds `demo/tenant:it` and then begins to want authentication. */
async function registryWith(auth: FakeRegistryOptions['auth'], options: FakeRegistryOptions = {}) {
  let wanted: FakeRegistryOptions['auth']
  const registry = kept(
    await startFakeRegistry({
      ...options,
      get auth() {
        return wanted
      },
    } as FakeRegistryOptions),
  )
  await pushImage(registry, 'demo/tenant', index, ['it'])
  await pushImage(registry, 'demo/other', index, ['it'])
  registry.requests.length = 0
  wanted = auth
  return registry
}
const signedIn = ({ url }: FakeRegistry, credentials: object = account) => ({ url, credentials }) as never
const tokenRequests = (registry: TestServer) => registry.requests.filter(({ url }) => url.startsWith('/token'))

describe('bearer tokens', () => {
  it('are asked for once, with what the move needs, and serve all three requests and the next ones', async () => {
    const registry = await registryWith({ bearer: account })
    const one = client()
    const first = await one.retag(signedIn(registry), 'demo/tenant', 'it', 'latest')
    expect(first).toMatchObject({ outcome: 'moved', requests: 5 })
    expect(registry.asked()).toEqual([
      'GET /v2/demo/tenant/manifests/it',
      'GET /token',
      'GET /v2/demo/tenant/manifests/it',
      'PUT /v2/demo/tenant/manifests/latest',
      'HEAD /v2/demo/tenant/manifests/latest',
    ])
    const [asked] = tokenRequests(registry)
    const query = new URL(asked?.url ?? '', registry.url).searchParams
    expect([...query]).toEqual([
      ['service', 'fake, registry'],
      ['scope', 'repository:demo/tenant:pull,push'],
    ])
    expect(await one.retag(signedIn(registry), 'demo/tenant', 'it', 'latest')).toMatchObject({ requests: 3 })
    expect(await one.headManifest(signedIn(registry), 'demo/tenant', 'it')).toMatchObject({ requests: 1 })
    // The way is known by now, so another repository costs a token and no refusal.
    expect(await one.retag(signedIn(registry), 'demo/other', 'it', 'latest')).toMatchObject({ requests: 4 })
  })

  it('are asked for by one of many at once', async () => {
    const registry = await registryWith({ bearer: account })
    const one = client()
    await one.headManifest(signedIn(registry), 'demo/other', 'it')
    registry.requests.length = 0
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, n) => one.retag(signedIn(registry), 'demo/tenant', 'it', `t${n}`)),
    )
    expect(all.every(({ outcome }) => outcome === 'moved')).toBe(true)
    expect(tokenRequests(registry)).toHaveLength(1)
    expect(all.reduce((sum, { requests }) => sum + requests, 0)).toBe(91)
  })

  it('are renewed before they run out, and when they are refused before that', async () => {
    const clock = { ms: 0 }
    const registry = await registryWith({ bearer: account, expiresInSeconds: 100 })
    const one = client({ now: () => clock.ms })
    const head = () => one.headManifest(signedIn(registry), 'demo/tenant', 'it')
    expect(await head()).toMatchObject({ outcome: 'ok', requests: 3 })
    clock.ms = 89_999
    expect(await head()).toMatchObject({ outcome: 'ok', requests: 1 })
    clock.ms = 90_000
    expect(await head()).toMatchObject({ outcome: 'ok', requests: 2 })
    registry.revokeTokens()
    expect(await head()).toMatchObject({ outcome: 'ok', requests: 3 })
    expect(await head()).toMatchObject({ outcome: 'ok', requests: 1 })
  })

  it('belong to the credentials they were given for', async () => {
    const registry = await registryWith({ bearer: account })
    const one = client()
    expect(await one.headManifest(signedIn(registry), 'demo/tenant', 'it')).toMatchObject({ outcome: 'ok' })
    const wrong = signedIn(registry, { ...account, password: 'not-the-Passw0rd' })
    const refused = await one.headManifest(wrong, 'demo/tenant', 'it')
    expect(refused).toMatchObject({ outcome: 'unauthorized', retryable: false, httpStatus: 401 })
    expect(refused).toMatchObject({ message: expect.stringContaining('asking') })
    expect(await one.headManifest({ url: registry.url }, 'demo/tenant', 'it')).toMatchObject({
      outcome: 'unauthorized',
    })
  })

  it('are had without credentials where a registry gives them to everybody', async () => {
    const registry = await registryWith({ bearer: 'anonymous' })
    expect(await client().getManifest({ url: registry.url }, 'demo/tenant', 'it')).toMatchObject({ outcome: 'ok' })
    expect(tokenRequests(registry)[0]?.headers.authorization).toBeUndefined()
  })

  it('that allow less than was asked for are a denial, after one more try and not more', async () => {
    const registry = await registryWith({ bearer: account })
    registry.setFault((request) => {
      // Pulling only, whatever was asked for.
      request.url = request.url.replace('pull%2Cpush', 'pull')
      return null
    })
    const answer = await client().retag(signedIn(registry), 'demo/tenant', 'it', 'latest')
    expect(answer).toMatchObject({
      outcome: 'denied',
      step: 'write',
      tag: 'untouched',
      owes: 'nothing',
      httpStatus: 401,
    })
    expect(registry.asked().filter((line) => line.startsWith('PUT'))).toHaveLength(2)
    expect(registry.store.digest('demo/tenant', 'latest')).toBeNull()
  })

  it.each([
    ['no token', 200, '{}', 'protocol_error'],
    ['a token that no header can carry', 200, '{"token":"a\\r\\nb"}', 'protocol_error'],
    ['something that is not JSON', 200, '<html>', 'protocol_error'],
    ['nothing of the kind', 404, '{}', 'protocol_error'],
    ['a refusal', 403, '{}', 'denied'],
    ['too much', 200, JSON.stringify({ token: 'x'.repeat(70_000) }), 'protocol_error'],
    ['trouble of its own', 500, '{}', 'transient'],
  ])('are not had from a token server that answers %s, and nothing is written', async (_, status, body, outcome) => {
    const server = kept(
      await serve((__, response) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(body)
      }),
    )
    const registry = await registryWith({ bearer: account, realm: `${server.url}/token` })
    const one = client({ allowedRealms: [server.url], wait: async () => {} })
    const answer = await one.retag(signedIn(registry), 'demo/tenant', 'it', 'latest')
    expect(answer).toMatchObject({ outcome, tag: 'untouched', step: 'read', owes: 'nothing' })
    expect(answer.message).toContain(`asking ${server.host} for a token`)
    expect(registry.asked()).toEqual(['GET /v2/demo/tenant/manifests/it'])
  })
})

describe('a realm', () => {
  it('of a foreign host is refused, and nobody connects there', async () => {
    const foreign = kept(await serve((_, response) => response.end('{"token":"x"}')))
    const registry = await registryWith({ bearer: account, realm: `${foreign.url}/token` })
    const answer = await client().retag(signedIn(registry), 'demo/tenant', 'it', 'latest')
    expect(answer).toMatchObject({
      ...{ outcome: 'realm_not_allowed', tag: 'untouched', owes: 'nothing', retryable: false, httpStatus: 401 },
      message: expect.stringContaining(`${foreign.url}, which is not on the list`),
    })
    expect(foreign.connections()).toBe(0)
    expect(registry.requests).toHaveLength(1)
  })

  it('of another host is asked when somebody has listed it on purpose', async () => {
    const tokens = kept(await startFakeRegistry({ auth: { bearer: account } }))
    const registry = await registryWith({ bearer: account, realm: `${tokens.url}/token` })
    // That registry does not know the other one's tokens; what matters here is where the password went.
    await client({ allowedRealms: [`${tokens.url}/`] }).headManifest(signedIn(registry), 'demo/tenant', 'it')
    expect(tokens.requests[0]?.headers.authorization).toMatch(/^Basic /)
    expect(registry.requests.map(({ headers }) => headers.authorization?.split(' ')[0])).toEqual([undefined, 'Bearer'])
  })

  it.each([
    ['javascript:alert(1)', /not an http URL/],
    ['not a url', /not an http URL/],
    ['http://user:pass@auth.example.com/token', /credentials/],
    ['http://169.254.169.254/token', /not on the list/],
    ['//auth.example.com/token', /not an http URL/],
  ])('like %j is refused', async (realm, why) => {
    const registry = await registryWith({ bearer: account, realm })
    const answer = await client().headManifest(signedIn(registry), 'demo/tenant', 'it')
    expect(answer).toMatchObject({ outcome: 'realm_not_allowed', message: expect.stringMatching(why) })
  })

  it('that leads to the credentials of the machine is refused even when it is listed', async () => {
    const registry = await registryWith({ bearer: account, realm: 'http://169.254.169.254/token' })
    const one = client({ allowedRealms: ['http://169.254.169.254'], wait: async () => {} })
    const answer = await one.headManifest(signedIn(registry), 'demo/tenant', 'it')
    expect(answer).toMatchObject({ outcome: 'not_connected', message: expect.stringContaining('may connect to') })
  })

  it('that does not say what it is leaves basic authentication, where the registry offers it too', async () => {
    const registry = await registryWith({ basic: account })
    registry.setFault((request) => {
      if (request.headers.authorization !== undefined) return null
      const both = 'Bearer realm="https://auth.example.com/token", Basic realm="x"'
      return failsWith(401, { 'www-authenticate': both }, 'UNAUTHORIZED')
    })
    const answer = await client().headManifest(signedIn(registry), 'demo/tenant', 'it')
    expect(answer).toMatchObject({ outcome: 'ok', requests: 2 })
  })
})

describe('basic authentication', () => {
  it('is given when it is asked for, and from then on without being asked', async () => {
    const registry = await registryWith({ basic: account })
    const one = client()
    expect(await one.retag(signedIn(registry), 'demo/tenant', 'it', 'a')).toMatchObject({ requests: 4 })
    expect(await one.retag(signedIn(registry), 'demo/tenant', 'it', 'b')).toMatchObject({ requests: 3 })
    expect(registry.requests.filter(({ headers }) => headers.authorization === undefined)).toHaveLength(1)
  })

  it('does not try a wrong password twice: that locks accounts', async () => {
    const registry = await registryWith({ basic: account })
    const wrong = signedIn(registry, { ...account, password: 'not-the-Passw0rd' })
    const one = client()
    expect(await one.headManifest(wrong, 'demo/tenant', 'it')).toMatchObject({ outcome: 'unauthorized', requests: 2 })
    expect(await one.headManifest(wrong, 'demo/tenant', 'it')).toMatchObject({ outcome: 'unauthorized', requests: 1 })
  })

  it('is not possible without a password, and the sentence says so', async () => {
    const registry = await registryWith({ basic: account })
    const answer = await client().headManifest({ url: registry.url }, 'demo/tenant', 'it')
    expect(answer).toMatchObject({ outcome: 'unauthorized', message: expect.stringContaining('none are configured') })
  })
})

describe('a token that was configured', () => {
  it('is sent as it is, at once, and nowhere else', async () => {
    const token = 'planted-T0ken-9f8e7d6c5b4a'
    const registry = await registryWith(undefined)
    const one = client()
    expect(await one.headManifest(signedIn(registry, { token }), 'demo/tenant', 'it')).toMatchObject({ requests: 1 })
    expect(registry.requests[0]?.headers.authorization).toBe(`Bearer ${token}`)
    const other = await registryWith({ bearer: account })
    const answer = await one.headManifest(signedIn(other, { token }), 'demo/tenant', 'it')
    expect(answer).toMatchObject({ outcome: 'unauthorized', requests: 1 })
    expect(tokenRequests(other)).toHaveLength(0)
  })
})

describe('secrets', () => {
  it('are in no answer, whatever the registry repeats of them', async () => {
    const registry = await registryWith({ bearer: account })
    registry.setFault((request) => {
      if (request.url.startsWith('/token')) return null
      const { authorization } = request.headers
      if (authorization === undefined) return null
      return (_, response) => {
        const basic = Buffer.from(`${account.username}:${account.password}`).toString('base64')
        const message = `${authorization} ${basic} ${account.password} ${encodeURIComponent(account.password)}`
        response.writeHead(400, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ errors: [{ code: message, message }] }))
      }
    })
    const answer = await client().getManifest(signedIn(registry), 'demo/tenant', 'it')
    expect(answer).toMatchObject({ outcome: 'refused', httpStatus: 400, code: null })
    const token = registry.requests.at(-1)?.headers.authorization?.slice('Bearer '.length) ?? 'none'
    expect(token).toMatch(/^fake-token-/)
    const shown = JSON.stringify(answer)
    for (const secret of [token, account.password, btoa(`${account.username}:${account.password}`)])
      expect(shown).not.toContain(secret)
  })

  it('go to no host that a redirect, a page link or an upload names', async () => {
    const elsewhere = kept(await serve((_, response) => response.end('{}')))
    const registry = await registryWith({ basic: account })
    const one = client()
    registry.setFault((request) =>
      request.headers.authorization === undefined
        ? null
        : failsWith(307, { location: `${elsewhere.url}${request.url}` }),
    )
    const protocolError = { outcome: 'protocol_error', retryable: false }
    expect(await one.getManifest(signedIn(registry), 'demo/tenant', 'it')).toMatchObject({
      ...{ ...protocolError, httpStatus: 307, message: expect.stringContaining('redirect') },
    })
    expect(await one.retag(signedIn(registry), 'demo/tenant', 'it', 'x')).toMatchObject(protocolError)
    expect(await one.readRevision(signedIn(registry), 'demo/tenant', 'it')).toMatchObject(protocolError)
    expect(elsewhere.connections()).toBe(0)
  })
})
