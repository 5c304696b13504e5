import { redact } from '@rollcall/outbound'

/** One image as it is written down: where, which repository, and exactly one of tag and digest. */
export type Reference = { host: string; repository: string } & (
  | { tag: string; digest: null }
  | { tag: null; digest: string }
)

const pathComponent = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const repositoryPattern = new RegExp(`^${pathComponent}(?:/${pathComponent})*$`)
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/
const label = '(?:[a-z0-9]|[a-z0-9][a-z0-9-]{0,61}[a-z0-9])'
const hostPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-f:.]{2,45}\\])(?::[0-9]{1,5})?$`)

/** Whether this is a repository's name in the grammar of the OCI distribution specification, at most 255 characters. */
export function validRepository(text: string): boolean {
  return typeof text === 'string' && text.length <= 255 && repositoryPattern.test(text)
}

export function validTag(text: string): boolean {
  return typeof text === 'string' && tagPattern.test(text)
}

/** Whether this is a digest of an algorithm that the image specification registers: sha256 or sha512, in lower case. */
export function validDigest(text: string): boolean {
  return typeof text === 'string' && digestPattern.test(text)
}

/**
 * `host/repository:tag` or `host/repository@sha256:…`, or a TypeError that says what to change. There is no default
 * registry and no default tag: whoever wrote `demo/tenant` did not say which image they mean. The host must look like
 * one (a dot, a port, `localhost` or an address); it comes back in lower case. Naming a tag and a digest together is
 * refused, because nothing says which of them counts when they disagree.
 */
export function parseReference(text: string): Reference {
  if (typeof text !== 'string' || text === '') throw new TypeError('the image reference is empty')
  const shown = redact(text, [], 120)
  const fail = (why: string): never => {
    throw new TypeError(`"${shown}" is not an image reference that names everything: ${why}`)
  }
  const slash = text.indexOf('/')
  const host = slash === -1 ? '' : text.slice(0, slash).toLowerCase()
  const [named = '', digest = null, ...more] = text.slice(slash + 1).split('@')
  const colon = named.indexOf(':')
  const repository = colon === -1 ? named : named.slice(0, colon)
  const tag = colon === -1 ? null : named.slice(colon + 1)
  if (text.includes('://')) fail('leave out the scheme; it begins with the host')
  if (host !== 'localhost' && !/[.:]/.test(host))
    fail('it must begin with the host of a registry, as in registry.example.com/demo/tenant:1.4')
  if (!hostPattern.test(host) || Number(/:(\d+)$/.exec(host)?.[1] ?? 1) > 65_535) fail('the host is not valid')
  if (!validRepository(repository))
    fail('the repository must be lower case letters, digits and single separators, at most 255 characters')
  if (more.length > 0) fail('there is more than one @')
  if (tag !== null && digest !== null) fail('it names a tag and a digest; name the one that counts')
  if (tag === null && digest === null) fail('it needs a tag or a digest; there is no default tag')
  if (tag !== null && !validTag(tag)) fail('a tag has 1–128 of A–Z a–z 0–9 . _ - and begins with a letter, digit or _')
  if (digest !== null && !validDigest(digest)) fail('a digest is sha256: and 64, or sha512: and 128, digits of 0–9 a–f')
  return { host, repository, tag, digest } as Reference
}

export function assertRepository(text: string): string {
  if (!validRepository(text)) throw new TypeError(`"${redact(String(text), [], 80)}" is not the name of a repository`)
  return text
}

export function assertTag(text: string): string {
  if (!validTag(text)) throw new TypeError(`"${redact(String(text), [], 80)}" is not a tag`)
  return text
}

export function assertTagOrDigest(text: string): string {
  if (!validTag(text) && !validDigest(text))
    throw new TypeError(`"${redact(String(text), [], 80)}" is neither a tag nor a digest`)
  return text
}

/** As people write it: `repository:tag` or `repository@sha256:0123456…`. */
export function shownReference(repository: string, reference: string): string {
  return validDigest(reference) ? `${repository}@${reference}` : `${repository}:${reference}`
}
