import { createHmac, timingSafeEqual } from 'node:crypto'
import { headerOf, type RawHeaders } from './headers.ts'
import { firstMatch, type RefusalReason } from './refusals.ts'

/** How far a timestamp may be from now, to both sides, in seconds. */
export const toleranceSeconds = 300

/** Standard Webhooks: `v1,<base64>` over `id.timestamp.body`, several of them while the sender changes its secret. */
export function verifyStandard(
  headers: RawHeaders,
  body: Uint8Array,
  secrets: readonly string[],
  now: Date,
): number | RefusalReason {
  const id = headerOf(headers, 'webhook-id')
  const timestamp = headerOf(headers, 'webhook-timestamp')
  const list = headerOf(headers, 'webhook-signature')
  if (id === '' || list === '') return 'signature_missing'
  if (!/^\d{1,12}$/.test(timestamp)) return 'timestamp_malformed'
  if (Math.abs(now.getTime() - Number(timestamp) * 1000) > toleranceSeconds * 1000) return 'timestamp_out_of_range'

  const given = list
    .split(' ', 16)
    .flatMap((entry) => (entry.startsWith('v1,') ? [Buffer.from(entry.slice(3), 'base64')] : []))
    .filter(({ length }) => length === 32)
  if (given.length === 0) return 'signature_malformed'

  const keys = new Map(secrets.map((secret) => [secret, keyOf(secret)]))
  if ([...keys.values()].every((key) => key === null)) return 'no_secret'
  const head = `${id}.${timestamp}.`
  return firstMatch(secrets, (secret) => {
    const key = keys.get(secret)
    if (!key) return false
    const wanted = createHmac('sha256', key).update(head).update(body).digest()
    return given.filter((signature) => timingSafeEqual(signature, wanted)).length > 0
  })
}

/** `whsec_` says that base64 follows; anything else is the key itself. Null when no key is in it. */
function keyOf(secret: string): Buffer | null {
  if (!secret.startsWith('whsec_')) return secret.trim() === '' ? null : Buffer.from(secret)
  const encoded = secret.slice('whsec_'.length)
  const key = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0)
  return key.length === 0 ? null : key
}
