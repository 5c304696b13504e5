import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { sameBytes } from './constant-time.ts'
import { headerOf, type RawHeaders } from './headers.ts'
import { firstMatch, type RefusalReason } from './refusals.ts'
import { namesOf, type Sender, senderFacts, senderOf } from './senders.ts'
import { verifyStandard } from './standard.ts'

export interface Delivery {
  headers: RawHeaders
  /** The bytes as they came in: a body that was parsed and written again has another signature. */
  body: Uint8Array
}

export interface Endpoint {
  /** The live secrets: one, or two while one is being replaced. With none, nothing is ever verified. */
  secrets: readonly string[]
  /** Whom this endpoint is for; left out, anybody who knows the secret. */
  sender?: Sender
}

export type DeliveryVerdict = {
  sender: Sender | null
  /** As the sender calls it; null where it says so only in the body or not at all. */
  event: string | null
  /** For telling repeated deliveries; null when it has none that can be kept. */
  deliveryId: string | null
} & (
  | {
      verified: true
      /** Which secret it was; 1 is the one that is being replaced. */
      secret: number
      /** SHA-256 of the body: most senders sign no id and no time, so only this tells a replay under a new id. */
      bodyHash: string
    }
  | { verified: false; refused: RefusalReason }
)

/**
 * Whether a delivery is what its sender sent. The signature is over the raw body, compared in constant time, against all
 * live secrets. Never throws, and looks into no body. Verified says who sent it, not that it is news.
 */
export function verifyDelivery({ headers, body }: Delivery, endpoint: Endpoint, now: Date): DeliveryVerdict {
  const sender = senderOf(headers)
  if (sender === null) return { sender, event: null, deliveryId: null, verified: false, refused: 'sender_unknown' }
  const names = { sender, ...namesOf(sender, headers) }
  if (endpoint.sender !== undefined && endpoint.sender !== sender) {
    return { ...names, verified: false, refused: 'sender_unexpected' }
  }
  const secrets = endpoint.secrets.slice(0, 2)
  // An empty key is a valid HMAC key that everybody knows.
  if (!secrets.some((secret) => secret.trim() !== '')) return { ...names, verified: false, refused: 'no_secret' }
  const proven = prove(sender, headers, body, secrets, now)
  if (typeof proven === 'string') return { ...names, verified: false, refused: proven }
  return { ...names, verified: true, secret: proven, bodyHash: createHash('sha256').update(body).digest('hex') }
}

function prove(
  sender: Sender,
  headers: RawHeaders,
  body: Uint8Array,
  secrets: readonly string[],
  now: Date,
): number | RefusalReason {
  const { proof } = senderFacts[sender]
  if (proof.kind === 'standard') return verifyStandard(headers, body, secrets, now)
  if (proof.kind === 'token') {
    const token = headerOf(headers, proof.header)
    return token === '' ? 'signature_missing' : firstMatch(secrets, (secret) => sameBytes(token, secret))
  }
  const signature = proof.headers.map((name) => headerOf(headers, name)).find((value) => value !== '')
  if (signature === undefined) return 'signature_missing'
  const hex = signature.slice(proof.prefix.length)
  if (!signature.startsWith(proof.prefix) || !/^[0-9a-f]{64}$/i.test(hex)) return 'signature_malformed'
  const given = Buffer.from(hex, 'hex')
  return firstMatch(secrets, (secret) => timingSafeEqual(given, createHmac('sha256', secret).update(body).digest()))
}
