import { createHash } from 'node:crypto'
import type { Credentials, Registry } from './facts.ts'
import { assertRegistryUrl } from './registry-url.ts'

/** A registry whose URL and credentials have been looked at. */
export interface KnownRegistry {
  origin: string
  protocol: string
  host: string
  credentials: Credentials | undefined
  /** The same for the same origin and credentials, and of no use to anybody who reads it. */
  key: string
  /** Everything that must not be in a text about this registry. Tokens join it as they are obtained. */
  secrets: string[]
}

/** Throws a TypeError for a URL or credentials that could not work, before anything is sent. */
export function knownRegistry(registry: Registry, plainHttp: readonly string[]): KnownRegistry {
  const { origin, protocol, host } = new URL(assertRegistryUrl(registry.url, plainHttp))
  const { credentials } = registry
  const secrets: string[] = []
  if (credentials !== undefined && 'token' in credentials) secrets.push(assertBearer(credentials.token))
  else if (credentials !== undefined) secrets.push(assertPassword(credentials), basicOf(credentials))
  const key = createHash('sha256')
    .update(JSON.stringify([origin, ...secrets]))
    .digest('base64url')
  return { origin, protocol, host, credentials, key, secrets }
}

/** The value behind `Basic `. */
export function basicOf({ username, password }: { username: string; password: string }): string {
  return Buffer.from(`${username}:${password}`).toString('base64')
}

/** A token that cannot be a header value would fail deep inside, with a text that might quote it. */
function assertBearer(token: string): string {
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw new TypeError('the token of the registry is empty or holds blanks or characters that a header cannot carry')
  return token
}

function assertPassword({ username, password }: { username: string; password: string }): string {
  if (typeof username !== 'string' || username === '' || /[:\p{Cc}]/u.test(username))
    throw new TypeError('the user name for the registry is empty or holds a colon or control characters')
  if (typeof password !== 'string' || password === '' || /\p{Cc}/u.test(password))
    throw new TypeError('the password for the registry is empty or holds control characters')
  return password
}
