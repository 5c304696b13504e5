import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Sender } from '../webhooks/senders.ts'
import type { Delivery } from '../webhooks/verify.ts'

/** Bodies as the senders write them, by file: what is read of each, and enough of the rest to look real. */
export const deliveryFixtures = {
  'github-status': { sender: 'github', event: 'status' },
  'github-push': { sender: 'github', event: 'push' },
  'github-workflow-run': { sender: 'github', event: 'workflow_run' },
  'github-repository-dispatch': { sender: 'github', event: 'repository_dispatch' },
  'github-ping': { sender: 'github', event: 'ping' },
  'gitea-status': { sender: 'gitea', event: 'status' },
  'gitea-push': { sender: 'gitea', event: 'push' },
  'gitea-workflow-run': { sender: 'gitea', event: 'workflow_run' },
  'gitlab-pipeline': { sender: 'gitlab', event: 'Pipeline Hook' },
  'bitbucket-push': { sender: 'bitbucket', event: 'repo:push' },
  'standard-external-update': { sender: 'standard', event: 'external_update' },
  'standard-check': { sender: 'standard', event: 'check' },
} as const satisfies Record<string, { sender: Sender; event: string }>
export type DeliveryFixture = keyof typeof deliveryFixtures

/** The commit that all fixtures are about. */
export const fixtureSha = '3f786850e387550fdab836ed7e6dc881de23001b'

export function fixtureBody(name: DeliveryFixture): Buffer {
  return readFileSync(new URL(`./deliveries/${name}.json`, import.meta.url))
}

// biome-ignore lint/suspicious/noExplicitAny: tests change whatever they like in a body
export function fixtureWith(name: DeliveryFixture, change: (body: any) => void): Buffer {
  const body = JSON.parse(fixtureBody(name).toString('utf8'))
  change(body)
  return Buffer.from(JSON.stringify(body))
}

export interface Signing {
  sender: Sender
  event: string
  secret: string
  deliveryId?: string
  /** The time that a timestamp says. Default: now. */
  at?: Date
}

/** The delivery as its sender would send it, with the headers that the sender sends, including those of others. */
export function signed(
  body: Uint8Array,
  { sender, event, secret, deliveryId = randomUUID(), at = new Date() }: Signing,
): Delivery {
  const hex = createHmac('sha256', secret).update(body).digest('hex')
  const github = {
    'x-github-event': event,
    'x-github-delivery': deliveryId,
    'x-hub-signature-256': `sha256=${hex}`,
  }
  const gitea = { ...github, 'x-gitea-event': event, 'x-gitea-delivery': deliveryId, 'x-gitea-signature': hex }
  const headers: Record<Sender, () => Record<string, string>> = {
    github: () => github,
    gitea: () => gitea,
    forgejo: () => ({
      ...gitea,
      'x-forgejo-event': event,
      'x-forgejo-delivery': deliveryId,
      'x-forgejo-signature': hex,
    }),
    gitlab: () => ({ 'x-gitlab-event': event, 'x-gitlab-event-uuid': deliveryId, 'x-gitlab-token': secret }),
    bitbucket: () => ({ 'x-event-key': event, 'x-request-uuid': deliveryId, 'x-hub-signature': `sha256=${hex}` }),
    standard: () => {
      const timestamp = String(Math.floor(at.getTime() / 1000))
      const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret
      const signature = createHmac('sha256', key).update(`${deliveryId}.${timestamp}.`).update(body).digest('base64')
      return { 'webhook-id': deliveryId, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
    },
  }
  return { headers: { 'content-type': 'application/json', 'user-agent': 'test', ...headers[sender]() }, body }
}

export function signedFixture(name: DeliveryFixture, secret: string, more: Partial<Signing> = {}): Delivery {
  return signed(fixtureBody(name), { ...deliveryFixtures[name], secret, ...more })
}
