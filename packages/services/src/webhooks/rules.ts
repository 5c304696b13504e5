import { type Delivery, type DeliveryVerdict, type EventReading, readEvents } from '@rollcall/forge'
import type { WebhookConfig } from '../configuration/configuration.ts'

/** What a verified delivery means by the rules of its endpoint. Pure, so it is asked again whenever it matters. */
export function readByRules(
  endpoint: WebhookConfig,
  delivery: Delivery,
  verdict: Pick<DeliveryVerdict, 'sender' | 'event'>,
): EventReading {
  const { repos, updates, relays } = endpoint
  return readEvents(delivery, verdict, { repos, updates, relays })
}
