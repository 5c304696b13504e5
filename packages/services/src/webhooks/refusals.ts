import { type RefusalReason, refusalReasons, type Sender } from '@rollcall/forge'
import { newId } from '@rollcall/store'
import type { Context } from '../context.ts'

/** Deliveries of one endpoint, sender, reason and minute that were refused, and the first one of them. */
export interface Refused {
  endpoint: string
  sender: Sender | null
  reason: RefusalReason
  /** the first millisecond of the minute */
  minute: Date
  count: number
  first: {
    at: Date
    event: string | null
    deliveryId: string | null
    headers: Record<string, string>
    bodyBytes: number
  }
}

/**
 * Counts refused deliveries: one row for all of an endpoint, sender, reason and minute, so that a flood of forged ones
 * leaves a handful of rows. Of the first it keeps the harmless headers; nobody's body is kept.
 */
export async function countRefusals(ctx: Context, refusals: readonly Refused[]): Promise<void> {
  await Promise.all(
    refusals.map(({ endpoint, sender, reason, minute, count, first }) =>
      ctx.store.deliveries.store({
        id: newId('dlv', first.at.getTime()),
        endpoint,
        dedupeKey: `refused:${sender ?? 'nobody'}:${reason}:${minute.toISOString()}`,
        receivedAt: first.at,
        sender,
        event: first.event,
        deliveryId: first.deliveryId,
        verdict: 'refused',
        rule: reason,
        message: refusalReasons[reason],
        headers: first.headers,
        body: null,
        bodyHash: null,
        bodyBytes: first.bodyBytes,
        repeats: count - 1,
      }),
    ),
  )
}
