import type { Challenge } from './challenge.ts'
import type { KnownRegistry } from './known.ts'

/**
 * Why this realm must not be asked for a token, as a sentence that says what would allow it; null = it may. The realm
 * comes from whoever answered, and the credentials go there: so it is the registry's own host, not on a weaker scheme,
 * or an origin that somebody has listed on purpose.
 */
export function realmRefusal(
  registry: KnownRegistry,
  { parameters }: Challenge,
  allowedRealms: readonly string[],
): string | null {
  const realm = URL.parse(parameters.realm ?? '')
  if (realm === null || (realm.protocol !== 'http:' && realm.protocol !== 'https:'))
    return 'it sends us for a token to something that is not an http URL'
  if (realm.username !== '' || realm.password !== '') return 'it sends us for a token to a URL with credentials in it'
  if (allowedRealms.includes(realm.origin)) return null
  if (realm.host === registry.host && (realm.protocol === registry.protocol || realm.protocol === 'https:')) return null
  return `it sends us for a token to ${realm.origin}, which is not on the list; add it to the allowed realms if it belongs to this registry`
}
