import { isIP } from 'node:net'

/**
 * A registry's origin in canonical form, or a TypeError that says what to change. It holds no path (the API is at /v2/
 * of the host), no credentials, query or fragment. Plain http is for this machine, and for hosts (with their port) that
 * `plainHttp` lists: a password sent over it can be read on the way, and what comes back can be changed.
 */
export function assertRegistryUrl(text: string, plainHttp: readonly string[] = []): string {
  const url = new URL(assertOrigin(text, 'the registry URL'))
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !plainHttp.includes(url.host))
    throw new TypeError(`${url.host} is not listed for plain http: use https, or list it on purpose`)
  return url.origin
}

/** Scheme, host and port in canonical form, or a TypeError. `what` is its name in the message. */
export function assertOrigin(text: string, what: string): string {
  const trimmed = typeof text === 'string' ? text.trim() : ''
  if (trimmed === '') throw new TypeError(`${what} is empty`)
  const url = URL.parse(trimmed)
  if (url === null) throw new TypeError(`${what} is not a URL; it looks like https://registry.example.com`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError(`${what} must start with http:// or https://`)
  if (url.username !== '' || url.password !== '')
    throw new TypeError(`${what} must not hold credentials; give them separately`)
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || /[?#]$/.test(trimmed))
    throw new TypeError(`${what} must be a host only, without path, query or fragment`)
  return url.origin
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true
  return isIP(hostname) === 4 && hostname.startsWith('127.')
}
