import { createHmac, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AppendLog } from '../append-log.ts'
import type { ForgeConfig } from '../config.ts'

/** One webhook as it was sent, and what came back. */
export interface DeliveryItem {
  seq: number
  at: string
  event: string
  deliveryId: string
  body: string
  /** null when no answer came */
  status: number | null
  /** what the receiver said, or why it did not answer; cut */
  said: string
}

const timeoutMs = 10_000

/** Signed webhooks out of the forge, as Gitea sends them, and a log of them. Without an address nothing is sent. */
export class Hooks {
  readonly log: AppendLog<DeliveryItem>
  readonly #hook: ForgeConfig['hook']
  /** one after the other, in the order in which things happened */
  #line: Promise<unknown> = Promise.resolve()

  constructor(stateFolder: string, hook: ForgeConfig['hook']) {
    this.log = new AppendLog(join(stateFolder, 'forge.deliveries.jsonl'))
    this.#hook = hook
  }

  /** Resolves to the delivery once it was answered or has failed; null when nobody is to be told. */
  send(event: string, body: object): Promise<DeliveryItem | null> {
    return this.#queue(event, randomUUID(), JSON.stringify(body))
  }

  /** Sends a logged delivery once more, under the same id. Null when there is none of that number. */
  async again(seq: number): Promise<DeliveryItem | null> {
    const found = this.log.list('').find((item) => item.seq === seq)
    return found === undefined ? null : this.#queue(found.event, found.deliveryId, found.body)
  }

  #queue(event: string, deliveryId: string, body: string): Promise<DeliveryItem | null> {
    const hook = this.#hook
    if (hook === null) return Promise.resolve(null)
    const sent = this.#line.then(() => this.#send(hook, event, deliveryId, body))
    this.#line = sent.catch(() => {})
    return sent
  }

  async #send(
    { url, secret }: NonNullable<ForgeConfig['hook']>,
    event: string,
    deliveryId: string,
    body: string,
  ): Promise<DeliveryItem> {
    const hex = createHmac('sha256', secret).update(body).digest('hex')
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'demo-forge',
      'x-gitea-event': event,
      'x-gitea-delivery': deliveryId,
      'x-gitea-signature': hex,
      'x-github-event': event,
      'x-github-delivery': deliveryId,
      'x-hub-signature-256': `sha256=${hex}`,
    }
    let status: number | null = null
    let said = ''
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal })
      status = answer.status
      said = (await answer.text()).slice(0, 500)
    } catch (error) {
      said = `no answer: ${(error as Error).message}`.slice(0, 500)
    }
    return this.log.append({ event, deliveryId, body, status, said })
  }
}
