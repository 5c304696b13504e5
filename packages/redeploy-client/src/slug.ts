export const slugPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * True when `text` is a slug that may meet a URL: one DNS label of lower-case letters, digits and inner hyphens,
 * 1–63 characters. Everything that could leave the label (dots, slashes, escapes, line ends) is false.
 */
export function validSlug(text: string): boolean {
  return typeof text === 'string' && slugPattern.test(text)
}

interface Template {
  protocol: string
  /** what stands around the slug in the host, or null when the slug is only in the path */
  host: { before: string; after: string } | null
  port: string
}

const placeholder = '{slug}'
const standIn = 'rollcall-slug'
const compiled = new Map<string, Template>()

/**
 * The URL of one tenant's `/buildinfo`, from a template such as `https://{slug}.example.com` or
 * `http://127.0.0.1:4901/staging/t/{slug}`.
 *
 * The result always keeps the template's origin, or its host suffix when the slug stands in the host: a slug can name
 * another tenant of the same fleet, never another site. Throws a TypeError on an invalid slug or an unusable template.
 */
export function buildinfoUrl(template: string, slug: string): string {
  if (!validSlug(slug)) throw new TypeError('not a valid slug; it must match ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')
  const parts = compiled.get(template) ?? compile(template)
  const url = new URL(template.trim().replaceAll(placeholder, slug))
  const host = parts.host === null ? null : parts.host.before + slug + parts.host.after
  if (url.protocol !== parts.protocol || url.port !== parts.port || (host !== null && url.hostname !== host)) {
    throw new TypeError('this slug would leave the origin of the tenant URL template')
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/buildinfo`
  return url.href
}

function compile(template: string): Template {
  const text = template.trim()
  if (!text.includes(placeholder)) throw new TypeError('the tenant URL template has no {slug} in it')
  let url: URL
  try {
    url = new URL(text.replaceAll(placeholder, standIn))
  } catch {
    throw new TypeError('the tenant URL template is not a URL once {slug} is filled in')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError('the tenant URL template must start with http:// or https://')
  }
  if (url.username !== '' || url.password !== '')
    throw new TypeError('the tenant URL template must not hold credentials')
  if (url.search !== '' || url.hash !== '' || text.endsWith('?') || text.endsWith('#')) {
    throw new TypeError('the tenant URL template must not have a query or a fragment')
  }
  const [before, after, ...more] = url.hostname.split(standIn)
  if (more.length > 0) throw new TypeError('{slug} may stand in the host of the tenant URL template only once')
  // A host that is nothing but the slug would let a fleet's list of names choose any host of the network.
  if (after !== undefined && !/^[^.]*\.[^.]/.test(after)) {
    throw new TypeError('a {slug} in the host of the tenant URL template must be followed by a fixed domain')
  }
  const parts: Template = {
    protocol: url.protocol,
    host: after === undefined ? null : { before: before ?? '', after },
    port: url.port,
  }
  // Templates come from environments, so there are few; the bound keeps a caller with odd input from growing it.
  if (compiled.size >= 256) compiled.clear()
  compiled.set(template, parts)
  return parts
}
