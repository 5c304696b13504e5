import { aborted } from '@rollcall/outbound'
import { failure, readFailure } from './answers.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
import type { Exchange, Failure, Result } from './facts.ts'
import { basicOf, type KnownRegistry } from './known.ts'
import { type Call, type Errand, untold } from './line.ts'
import { realmRefusal } from './realm.ts'
import { parseJson, tokenSchema } from './wire.ts'

export interface KeyringOptions {
  now: () => number
  /** Origins that may be asked for tokens although they are not the registry's own. */
  allowedRealms: readonly string[]
  send: (errand: Errand, call: Call) => Promise<Exchange>
}

/** The Authorization header to send; null = none. */
export type Key = Result<{ authorization: string | null }>

/** How a registry wants to be convinced, as learned from its challenge. */
type Lock = { scheme: 'basic' } | { scheme: 'bearer'; realm: string; service: string }

interface Kept {
  key: Promise<Key>
  /** In milliseconds since the epoch; null while it is being fetched. */
  expiresAt: number | null
}

const kept = 1000
const largestAnswer = 64 * 1024

/** Obtains, keeps and forgets what opens registries. One token request at a time for the same registry and scopes. */
export class Keyring {
  readonly #options: KeyringOptions
  readonly #locks = new Map<string, Lock>()
  readonly #tokens = new Map<string, Kept>()

  constructor(options: KeyringOptions) {
    this.#options = options
  }

  /** What to send before being asked: nothing at first, and later what the registry has wanted before. */
  async present(registry: KnownRegistry, scopes: readonly string[], call: Call): Promise<Key> {
    const { credentials } = registry
    if (credentials !== undefined && 'token' in credentials) return key(`Bearer ${credentials.token}`)
    const lock = this.#locks.get(registry.key)
    if (lock === undefined) return key(null)
    return lock.scheme === 'basic' ? this.#basic(registry) : this.#token(registry, lock, scopes, call)
  }

  /** What to send after a 401. A token that was kept for these scopes is forgotten: it has just been refused. */
  async answer(registry: KnownRegistry, refused: Exchange, scopes: readonly string[], call: Call): Promise<Key> {
    const about = { about: `signing in to ${registry.host}`, effect: 'read', secrets: registry.secrets } as const
    if (registry.credentials !== undefined && 'token' in registry.credentials)
      return failure('unauthorized', 'the registry does not accept the token', about, refused)
    const challenges = parseChallenges(refused.headers['www-authenticate'])
    const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.realm !== undefined)
    const basic = challenges.find(({ scheme }) => scheme === 'basic')
    const refusal = bearer === undefined ? null : realmRefusal(registry, bearer, this.#options.allowedRealms)
    if (bearer !== undefined && refusal === null) {
      const lock = lockOf(bearer)
      this.#remember(this.#locks, registry.key, lock)
      for (const each of [scopes, widened(scopes)]) this.#tokens.delete(tokenKey(registry, lock, each))
      return this.#token(registry, lock, scopes, call)
    }
    if (basic !== undefined) {
      if (registry.credentials === undefined)
        return failure('unauthorized', 'it wants a user name and a password, and none are configured', about, refused)
      this.#remember(this.#locks, registry.key, { scheme: 'basic' })
      return this.#basic(registry)
    }
    if (refusal !== null) return failure('realm_not_allowed', refusal, about, refused)
    const said = challenges.length === 0 ? 'no' : challenges.map(({ scheme }) => scheme).join(', ')
    return failure('unauthorized', `it wants ${said} authentication; we know basic and bearer`, about, refused)
  }

  /** A token that is still good, or (when `pending` is fine too) on its way. */
  #good(name: string, pending: boolean): Kept | undefined {
    const entry = this.#tokens.get(name)
    const isGood = entry?.expiresAt === null ? pending : (entry?.expiresAt ?? 0) > this.#options.now()
    return isGood ? entry : undefined
  }

  #basic(registry: KnownRegistry): Key {
    const { credentials } = registry
    return key(credentials === undefined || 'token' in credentials ? null : `Basic ${basicOf(credentials)}`)
  }

  async #token(registry: KnownRegistry, lock: BearerLock, scopes: readonly string[], call: Call): Promise<Key> {
    const name = tokenKey(registry, lock, scopes)
    // One that may push may also pull: what was moved a moment ago is read back without asking for another.
    let entry = this.#good(name, true) ?? this.#good(tokenKey(registry, lock, widened(scopes)), false)
    if (entry === undefined) {
      entry = { key: Promise.resolve(key(null)), expiresAt: null }
      entry.key = this.#fetch(registry, lock, scopes, call, entry)
      this.#remember(this.#tokens, name, entry)
    }
    const got = await orAborted(entry.key, call.signal)
    if (got === 'aborted') {
      const about = { about: 'waiting for a token', effect: 'read', secrets: registry.secrets } as const
      return readFailure(untold(aborted), about)
    }
    if (got.outcome !== 'ok') {
      if (this.#tokens.get(name) === entry) this.#tokens.delete(name)
    } else if (got.authorization !== null) registry.secrets.push(got.authorization.slice('Bearer '.length))
    return got
  }

  async #fetch(
    registry: KnownRegistry,
    lock: BearerLock,
    scopes: readonly string[],
    call: Call,
    entry: Kept,
  ): Promise<Key> {
    const url = new URL(lock.realm)
    if (lock.service !== '') url.searchParams.set('service', lock.service)
    for (const scope of scopes) url.searchParams.append('scope', scope)
    const about = { about: `asking ${url.host} for a token`, effect: 'read', secrets: registry.secrets } as const
    const { authorization } = this.#basic(registry) as { authorization: string | null }
    const askedAt = this.#options.now()
    // Others wait for the same token, so one caller's giving up must not end it for all of them.
    const shared: Call = { ...call, signal: undefined, patience: { ...call.patience }, requests: 0 }
    const answer = await this.#options.send(
      {
        url,
        method: 'GET',
        headers: { accept: 'application/json', ...(authorization !== null && { authorization }) },
        ...{ body: null, maxBytes: largestAnswer, secrets: registry.secrets, repeatable: true },
      },
      shared,
    )
    call.requests += shared.requests
    if (answer.status !== 200 || answer.fault !== null) return tokenFailure(readFailure(answer, about))
    const body = tokenSchema.safeParse(parseJson(answer.body))
    const token = body.data?.token ?? body.data?.access_token ?? ''
    if (!/^[\x21-\x7e]+$/.test(token)) return failure('protocol_error', 'the answer holds no token', about, answer)
    // A minute is the specification's own default. A tenth is left, so that it does not run out on the way.
    entry.expiresAt = askedAt + (body.data?.expires_in ?? 60) * 900
    return key(`Bearer ${token}`)
  }

  /** Oldest out: a registry with endless repositories must not fill our memory. */
  #remember<T>(map: Map<string, T>, name: string, value: T): void {
    map.delete(name)
    map.set(name, value)
    if (map.size > kept) map.delete(map.keys().next().value as string)
  }
}

type BearerLock = Extract<Lock, { scheme: 'bearer' }>

function lockOf({ parameters }: Challenge): BearerLock {
  return { scheme: 'bearer', realm: parameters.realm ?? '', service: parameters.service ?? '' }
}

function tokenKey(registry: KnownRegistry, lock: BearerLock, scopes: readonly string[]): string {
  return JSON.stringify([registry.key, lock.realm, lock.service, ...scopes])
}

function widened(scopes: readonly string[]): string[] {
  return scopes.map((scope) => scope.replace(/:pull$/, ':pull,push'))
}

function key(authorization: string | null): Key {
  return { outcome: 'ok', authorization }
}

/** A token server that has no such page does not say that the image is absent. */
function tokenFailure(told: Failure): Failure {
  return told.outcome === 'absent' ? { ...told, outcome: 'protocol_error', retryable: false } : told
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T | 'aborted'> {
  if (signal === undefined) return promise
  return new Promise((resolve) => {
    const gaveUp = () => resolve('aborted')
    if (signal.aborted) return gaveUp()
    signal.addEventListener('abort', gaveUp, { once: true })
    promise.then((value) => {
      signal.removeEventListener('abort', gaveUp)
      resolve(value)
    })
  })
}
