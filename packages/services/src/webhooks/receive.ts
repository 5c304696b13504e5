import { type Delivery, type DeliveryVerdict, headersToKeep } from '@rollcall/forge'
import { newId } from '@rollcall/store'
import type { WebhookConfig } from '../configuration/configuration.ts'
import type { Context } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import { readByRules } from './rules.ts'

export type VerifiedVerdict = Extract<DeliveryVerdict, { verified: true }>

export interface Received {
  id: string
  /** it came before; `id` is the first one of it */
  duplicate: boolean
  verdict: 'accepted' | 'ignored'
  /** of an ignored one: the rule that made it nothing, and what that means */
  rule: string | null
  message: string | null
}

/**
 * Stores a delivery whose sender is proven, once: another one with the sender's id, or without one with the same body,
 * counts as a repeat of the first. What its endpoint listens to is handled later, by a job that exists if and only if the
 * delivery does. The row is its own log, so there is no audit besides; what it leads to has one.
 */
export async function storeDelivery(
  ctx: Context,
  endpoint: WebhookConfig,
  delivery: Delivery,
  verdict: VerifiedVerdict,
): Promise<Received> {
  const reading = readByRules(endpoint, delivery, verdict)
  const ignored = 'ignored' in reading ? reading : null
  const receivedAt = ctx.now()
  const outcome = ignored ? 'ignored' : 'accepted'
  const stored = await ctx.store.deliveries.store({
    id: newId('dlv', receivedAt.getTime()),
    endpoint: endpoint.name,
    dedupeKey: verdict.deliveryId === null ? `body:${verdict.bodyHash}` : `id:${verdict.deliveryId}`,
    receivedAt,
    sender: verdict.sender,
    event: verdict.event,
    deliveryId: verdict.deliveryId,
    verdict: outcome,
    rule: ignored?.ignored ?? null,
    message: ignored?.message ?? null,
    headers: keptHeaders(delivery),
    body: delivery.body,
    bodyHash: verdict.bodyHash,
    bodyBytes: delivery.body.byteLength,
    repeats: 0,
  })
  return {
    id: stored.id,
    duplicate: !stored.isNew,
    verdict: outcome,
    rule: ignored?.ignored ?? null,
    message: ignored?.message ?? null,
  }
}

/** The headers that say who sent what, fit to be stored. */
export function keptHeaders({ headers }: Pick<Delivery, 'headers'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headersToKeep(headers)).map(([name, value]) => [name, foreignText(value, 300)]),
  )
}
