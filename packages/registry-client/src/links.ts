import type { KnownRegistry } from './known.ts'

/**
 * Path and query of a URL that the registry sent us on to, when it is on the registry's own host; null when it is not,
 * or is none. Only the path is taken: a proxy that gets the scheme wrong must not talk us out of https.
 */
export function ownPath(registry: KnownRegistry, link: string | string[] | undefined): string | null {
  if (typeof link !== 'string' || link === '') return null
  const url = URL.parse(link, registry.origin)
  if (url === null || url.host !== registry.host || url.username !== '' || url.password !== '') return null
  return url.pathname + url.search
}

const oneLink = /<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s",;]*))*)/g

/** Where the next page of a list is, from its Link header; null = there is none. */
export function nextLink(header: string | string[] | undefined): string | null {
  for (const [, target = '', parameters = ''] of [header ?? []].flat().join(', ').matchAll(oneLink)) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*))/i.exec(parameters)
    const relations = (rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/)
    if (relations.includes('next') && target !== '') return target
  }
  return null
}
