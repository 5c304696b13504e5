import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** How the issuer answers from now on. */
export type Behaviour =
  | 'well'
  | 'as another issuer'
  | 'with keys on another host'
  | 'never'
  | 'with too much'
  | 'leading elsewhere'
  | 'with no JSON'
  | 'with an error'

export interface IssuerKey {
  kid: string
  sign: CryptoKey
  jwk: JWK
}

export interface LocalIssuer {
  url: string
  behave(behaviour: Behaviour): void
  /** Signs with a new key from now on; the old one is published no more. */
  rotate(): Promise<IssuerKey>
  /** Publishes what is given besides the current key. */
  publish(...keys: JWK[]): void
  key(): IssuerKey
  /** A proof as a forge gives it at this time, of a pipeline on main; `claims` replace, undefined leaves out. */
  proof(
    at: Date,
    claims?: JWTPayload,
    how?: { key?: IssuerKey; kid?: string | undefined; alg?: string },
  ): Promise<string>
  /** what it was asked for, in order */
  asked: string[]
  close(): Promise<void>
}

export async function newKey(kid: string, alg = 'RS256'): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, sign: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } }
}

/** An issuer as a forge runs one, on this machine: discovery, keys that can be changed, and every way to go wrong. */
export async function localIssuer(path = ''): Promise<LocalIssuer> {
  let behaviour: Behaviour = 'well'
  let number = 1
  let key = await newKey('key-1')
  let besides: JWK[] = []
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    answer(request.url ?? '', response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `${origin}${path}`

  function answer(asks: string, response: ServerResponse): unknown {
    const json = (value: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
    if (behaviour === 'never') return null
    if (behaviour === 'with an error') return response.writeHead(500).end('down')
    if (behaviour === 'with no JSON') return response.end('<html>')
    if (behaviour === 'with too much') return json({ issuer: url, padding: 'x'.repeat(600 * 1024) })
    if (behaviour === 'leading elsewhere') return response.writeHead(302, { location: `${origin}/elsewhere` }).end()
    if (asks === `${path}/.well-known/openid-configuration`) {
      const elsewhere = behaviour === 'with keys on another host'
      return json({
        issuer: behaviour === 'as another issuer' ? `${url}/other` : url,
        jwks_uri: elsewhere ? `${origin.replace('127.0.0.1', 'localhost')}${path}/keys` : `${url}/keys`,
      })
    }
    if (asks === `${path}/keys`) return json({ keys: [key.jwk, ...besides] })
    return response.writeHead(404).end()
  }

  return {
    url,
    asked,
    behave: (next) => {
      behaviour = next
    },
    async rotate() {
      key = await newKey(`key-${++number}`)
      return key
    },
    publish: (...keys) => {
      besides = keys
    },
    key: () => key,
    async proof(at, claims = {}, how = {}) {
      const seconds = Math.floor(at.getTime() / 1000)
      const by = how.key ?? key
      const whole: JWTPayload = {
        ...{ iss: url, aud: 'http://rollcall.test', sub: 'repo:acme/app:ref:refs/heads/main' },
        ...{ iat: seconds, nbf: seconds - 5, exp: seconds + 300, jti: crypto.randomUUID() },
        ...{ repository: 'acme/app', repository_id: '123', repository_owner_id: '7', ref: 'refs/heads/main' },
        ...{ environment: 'production', event_name: 'push', run_id: '42', actor: 'octocat' },
        ...claims,
      }
      const said = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined))
      const kid = 'kid' in how ? how.kid : by.kid
      return new SignJWT(said)
        .setProtectedHeader({ alg: how.alg ?? 'RS256', typ: 'JWT', ...(kid === undefined ? {} : { kid }) })
        .sign(by.sign)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
