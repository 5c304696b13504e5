import { headerOf, type RawHeaders } from './headers.ts'

/** How a sender names its deliveries and proves that they are its own. */
interface SenderFacts {
  /** Any of these tells the sender. */
  marks: readonly string[]
  event: string | null
  delivery: readonly string[]
  proof:
    | { kind: 'hmac_hex'; headers: readonly string[]; prefix: string }
    | { kind: 'token'; header: string }
    | { kind: 'standard' }
}

/**
 * In the order in which they are told apart. Forgejo also sends Gitea's headers, and both send GitHub's: whoever looks for
 * GitHub first takes all three for GitHub.
 */
export const senderFacts = {
  forgejo: {
    marks: ['x-forgejo-event', 'x-forgejo-signature', 'x-forgejo-delivery'],
    event: 'x-forgejo-event',
    delivery: ['x-forgejo-delivery', 'x-gitea-delivery'],
    proof: { kind: 'hmac_hex', headers: ['x-forgejo-signature', 'x-gitea-signature'], prefix: '' },
  },
  gitea: {
    marks: ['x-gitea-event', 'x-gitea-signature', 'x-gitea-delivery'],
    event: 'x-gitea-event',
    delivery: ['x-gitea-delivery'],
    proof: { kind: 'hmac_hex', headers: ['x-gitea-signature'], prefix: '' },
  },
  gitlab: {
    marks: ['x-gitlab-event', 'x-gitlab-token', 'x-gitlab-event-uuid'],
    event: 'x-gitlab-event',
    delivery: ['x-gitlab-event-uuid', 'idempotency-key'],
    proof: { kind: 'token', header: 'x-gitlab-token' },
  },
  bitbucket: {
    marks: ['x-event-key', 'x-request-uuid'],
    event: 'x-event-key',
    delivery: ['x-request-uuid'],
    proof: { kind: 'hmac_hex', headers: ['x-hub-signature'], prefix: 'sha256=' },
  },
  github: {
    marks: ['x-github-event', 'x-hub-signature-256', 'x-github-delivery'],
    event: 'x-github-event',
    delivery: ['x-github-delivery'],
    proof: { kind: 'hmac_hex', headers: ['x-hub-signature-256'], prefix: 'sha256=' },
  },
  standard: {
    marks: ['webhook-id', 'webhook-signature'],
    event: null,
    delivery: ['webhook-id'],
    proof: { kind: 'standard' },
  },
} as const satisfies Record<string, SenderFacts>

export type Sender = keyof typeof senderFacts
export const senders = Object.keys(senderFacts) as Sender[]

/** Who a delivery says it is from; null when it bears nobody's marks. Not yet proven. */
export function senderOf(headers: RawHeaders): Sender | null {
  return senders.find((sender) => senderFacts[sender].marks.some((mark) => headers[mark] !== undefined)) ?? null
}

/** The names that a delivery gives itself; null where it has none or an unusable one. */
export function namesOf(sender: Sender, headers: RawHeaders): { event: string | null; deliveryId: string | null } {
  const { event, delivery } = senderFacts[sender]
  const id = delivery.map((name) => headerOf(headers, name)).find((value) => value !== '')
  return { event: event === null ? null : usable(headerOf(headers, event)), deliveryId: usable(id ?? '') }
}

/** Short and printable, because it is stored, indexed and shown. */
function usable(value: string): string | null {
  return /^[\x20-\x7e]{1,200}$/.test(value) ? value : null
}
