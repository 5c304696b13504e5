import type { Env } from '../env.ts'

export type Provenance = 'same_origin' | 'foreign' | 'unstated'

/**
 * Where a request that may carry the session cookie was made. Browsers state it and pages cannot forge it:
 * `Sec-Fetch-Site` first, else `Origin` against the configured base URL; never against `Host`, which is whatever the
 * sender wrote. `same-site` is foreign: tenants of a demo fleet live on other ports of the same host.
 */
export function provenanceOf(headers: Headers, env: Pick<Env, 'baseUrl'>): Provenance {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin' ? 'same_origin' : 'foreign'
  const origin = headers.get('origin')
  if (origin === null) return 'unstated'
  return origin === env.baseUrl.origin ? 'same_origin' : 'foreign'
}
