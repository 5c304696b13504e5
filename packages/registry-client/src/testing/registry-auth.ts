import { randomUUID } from 'node:crypto'
import { error, type Reply, reply } from './registry-store.ts'
import type { SeenRequest } from './seen.ts'

export interface Account {
  username: string
  password: string
}

/**
 * How a registry wants to be convinced. `bearer` sends callers to a token service, its own unless `realm` names another;
 * `anonymous` gives tokens to everybody. With `alsoBasic` the account itself opens the door, too.
 */
export type RegistryAuthOptions =
  | { basic: Account }
  | { bearer: Account | 'anonymous'; expiresInSeconds?: number; realm?: string; alsoBasic?: boolean }

const service = 'fake, registry'

/** The door of a registry, and its token service at `/token`. Tokens are known to nobody after a restart. */
export class RegistryAuth {
  readonly #wanted: () => RegistryAuthOptions | undefined
  /** scopes by token */
  readonly #tokens = new Map<string, string[]>()

  /** `wanted` is asked each time: a registry may begin to want something. Undefined wants nothing. */
  constructor(wanted: () => RegistryAuthOptions | undefined) {
    this.#wanted = wanted
  }

  /** What is answered instead of doing what was asked: a token, or a 401. Null for who may do this. */
  answer(request: SeenRequest): Reply | null {
    const url = new URL(request.url, 'http://registry')
    if (url.pathname === '/token') return this.#giveToken(request, url)
    return this.#challenge(request)
  }

  /** Makes all tokens that were given out worthless. */
  revoke(): void {
    this.#tokens.clear()
  }

  #challenge(request: SeenRequest): Reply | null {
    const auth = this.#wanted()
    if (auth === undefined) return null
    const given = request.headers.authorization
    const refused = (header: string): Reply => {
      const { status, headers, body } = error(401, 'UNAUTHORIZED', 'authentication required')
      return { status, body, headers: { ...headers, 'www-authenticate': header } }
    }
    if ('basic' in auth) return given === basic(auth.basic) ? null : refused('Basic realm="a registry, of sorts"')
    if (auth.alsoBasic && auth.bearer !== 'anonymous' && given === basic(auth.bearer)) return null
    const scope = scopeFor(request)
    const granted = this.#tokens.get(given?.replace('Bearer ', '') ?? '')
    if (granted !== undefined && (scope === null || granted.some((one) => covers(one, scope)))) return null
    const realm = auth.realm ?? `http://${request.headers.host}/token`
    const why = granted === undefined ? '' : ',error="insufficient_scope"'
    return refused(`Bearer realm="${realm}",service="${service}"${scope === null ? '' : `,scope="${scope}"`}${why}`)
  }

  #giveToken(request: SeenRequest, url: URL): Reply {
    const auth = this.#wanted()
    if (auth === undefined || !('bearer' in auth)) return error(404, 'UNSUPPORTED')
    const known = auth.bearer === 'anonymous' || request.headers.authorization === basic(auth.bearer)
    if (!known) return error(401, 'UNAUTHORIZED', 'incorrect username or password')
    if (url.searchParams.get('service') !== service) return error(400, 'UNSUPPORTED')
    const token = `fake-token-${randomUUID()}`
    this.#tokens.set(token, url.searchParams.getAll('scope'))
    return reply(200, JSON.stringify({ token, expires_in: auth.expiresInSeconds ?? 300 }))
  }
}

/** What a token must be for; null where it is for no repository, as at `/v2/`. */
function scopeFor({ method, url }: SeenRequest): string | null {
  const [, repository] = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(url) ?? []
  if (repository === undefined) return null
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
