import type { RawHeaders } from './headers.ts'
import { senderFacts } from './senders.ts'

const kept = new Set<string>([
  'content-length',
  'content-type',
  'user-agent',
  'webhook-timestamp',
  'x-gitea-event-type',
  'x-github-hook-id',
  'x-hook-uuid',
  ...Object.values(senderFacts).flatMap(({ event, delivery }) => [...(event === null ? [] : [event]), ...delivery]),
])

/**
 * The headers of a delivery that may be kept in a log: those that say who sent what. A list of what is known to be
 * harmless, so a token under a name that nobody thought of is not kept either. Values are cut to 300 characters.
 */
export function headersToKeep(headers: RawHeaders): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !kept.has(name)) continue
    out[name] = (typeof value === 'string' ? value : value.join(', ')).slice(0, 300)
  }
  return out
}
