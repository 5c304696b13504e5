import { randomUUID } from 'node:crypto'
import { type Fault, send } from './registry-faults.ts'
import { error, RegistryStore, type Reply, reply, type StoreOptions } from './registry-store.ts'
import { type SeenRequest, serve, type TestServer } from './servers.ts'

interface Account {
  username: string
  password: string
}

export interface FakeRegistryOptions extends StoreOptions {
  /** How it wants to be convinced. `anonymous` gives tokens to everybody. Default: not at all. */
  auth?: { basic: Account } | { bearer: Account | 'anonymous'; expiresInSeconds?: number; realm?: string }
  /** Asked for each request to the registry, the token server's included, in order from 0. */
  fault?: (request: SeenRequest, index: number) => Fault | null | undefined
}

export interface FakeRegistry extends TestServer {
  store: RegistryStore
  /** Replaces the faults of the options. */
  setFault(fault: FakeRegistryOptions['fault']): void
  /** Makes all tokens that were given out worthless. */
  revokeTokens(): void
  /** `GET /v2/demo/tenant/manifests/latest`, oldest first; without the queries. */
  asked(): string[]
}

/** A small registry in memory, over real HTTP, with behaviour and with faults where a test wants them. */
export async function startFakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const store = new RegistryStore(options)
  const tokens = new Map<string, string[]>()
  let { fault } = options
  let index = 0
  const server = await serve((request, response) => {
    const answer = (): Reply => {
      const url = new URL(request.url, 'http://registry')
      if (url.pathname === '/token') return giveToken(request, url, options.auth, tokens)
      const refused = challenge(request, options.auth, tokens, `http://${request.headers.host}/token`)
      return refused ?? store.answer(request)
    }
    const wrong = fault?.(request, index++)
    if (wrong === null || wrong === undefined) send(answer(), response)
    else wrong(answer, response)
  })
  return {
    ...server,
    store,
    setFault: (next) => {
      fault = next
    },
    revokeTokens: () => tokens.clear(),
    asked: () => server.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`),
  }
}

/** A 401 for who may not do this; null when they may. */
function challenge(
  request: SeenRequest,
  auth: FakeRegistryOptions['auth'],
  tokens: Map<string, string[]>,
  ownRealm: string,
): Reply | null {
  if (auth === undefined) return null
  const given = request.headers.authorization
  const refused = (header: string): Reply => {
    const { status, headers, body } = error(401, 'UNAUTHORIZED', 'authentication required')
    return { status, body, headers: { ...headers, 'www-authenticate': header } }
  }
  if ('basic' in auth) return given === basic(auth.basic) ? null : refused('Basic realm="a registry, of sorts"')
  const scope = scopeFor(request)
  const granted = tokens.get(given?.replace('Bearer ', '') ?? '')
  if (granted?.some((one) => covers(one, scope))) return null
  const realm = auth.realm ?? ownRealm
  const why = granted === undefined ? '' : ',error="insufficient_scope"'
  return refused(`Bearer realm="${realm}",service="fake, registry",scope="${scope}"${why}`)
}

function giveToken(
  request: SeenRequest,
  url: URL,
  auth: FakeRegistryOptions['auth'],
  tokens: Map<string, string[]>,
): Reply {
  if (auth === undefined || !('bearer' in auth)) return error(404, 'UNSUPPORTED')
  const known = auth.bearer === 'anonymous' || request.headers.authorization === basic(auth.bearer)
  if (!known) return error(401, 'UNAUTHORIZED', 'incorrect username or password')
  if (url.searchParams.get('service') !== 'fake, registry') return error(400, 'UNSUPPORTED')
  const token = `fake-token-${randomUUID()}`
  const scopes = url.searchParams.getAll('scope')
  tokens.set(token, scopes)
  return reply(200, JSON.stringify({ token, expires_in: auth.expiresInSeconds ?? 300 }))
}

function scopeFor({ method, url }: SeenRequest): string {
  const [, repository] = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(url) ?? []
  const action = { GET: 'pull', HEAD: 'pull', DELETE: 'delete' }[method] ?? 'pull,push'
  return `repository:${repository}:${action}`
}

function covers(granted: string, wanted: string): boolean {
  const cut = (scope: string) => [scope.slice(0, scope.lastIndexOf(':')), scope.split(':').at(-1)?.split(',')] as const
  const [where, may = []] = cut(granted)
  const [asked, actions = []] = cut(wanted)
  return where === asked && actions.every((action) => may.includes(action))
}

function basic({ username, password }: Account): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
