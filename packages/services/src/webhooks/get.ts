import type { WebhookDelivery } from '@rollcall/store'
import { z } from 'zod'
import type { Context, Reader } from '../context.ts'
import { notFound, parse } from '../errors.ts'
import { id } from '../fields.ts'
import { seesAll } from '../sees.ts'
import { hiddenUpdates } from './hidden-updates.ts'
import { deliveryRow, deliveryState } from './view.ts'
import type { DeliveryView } from './views.ts'

export const getDeliveryInput = z.strictObject({ id })

/** Shown and sent at most; the whole body is kept. */
const shownBytes = 64 * 1024

/** One delivery with what it brought, as text that nobody trusts, and what it led to. */
export async function getDelivery(ctx: Context, input: unknown): Promise<DeliveryView> {
  const { id } = parse(getDeliveryInput, input)
  return deliveryView(ctx, ctx.store.db, await findDelivery(ctx.store.db, id))
}

export async function findDelivery(db: Reader, id: string): Promise<WebhookDelivery> {
  const row = await db.webhookDelivery.findUnique({ where: { id } })
  if (row) return row
  throw notFound('delivery', id, 'id', 'Take the id from the list of deliveries.')
}

export async function deliveryView(ctx: Context, db: Reader, row: WebhookDelivery): Promise<DeliveryView> {
  const replays = await db.webhookDelivery.findMany({
    where: { endpoint: row.endpoint, replayOfId: row.id, id: { gt: row.id } },
    orderBy: { id: 'desc' },
    take: 20,
    select: { id: true, receivedAt: true, verdict: true, handledAt: true, failure: true },
  })
  const refusal = replayRefusal(row)
  return {
    ...deliveryRow(row, await hiddenUpdates(ctx, [row])),
    headers: row.headers as Record<string, string>,
    // what a sender wrote may be about any environment
    bodyHidden: row.body !== null && !seesAll(ctx),
    body: row.body && seesAll(ctx) ? Buffer.from(row.body.subarray(0, shownBytes)).toString('utf8') : null,
    bodyCut: (row.body?.byteLength ?? 0) > shownBytes,
    bodyHash: row.bodyHash,
    replays: replays.map((one) => ({
      id: one.id,
      receivedAt: one.receivedAt.toISOString(),
      state: deliveryState(one),
    })),
    canReplay: refusal === null,
    replayRefusal: refusal,
  }
}

/** Why a delivery cannot be replayed; null when it can. */
export function replayRefusal(row: Pick<WebhookDelivery, 'verdict' | 'body'>): string | null {
  if (row.verdict === 'refused')
    return 'A refused delivery is not proven to be from its sender, and its body was not kept.'
  if (row.body === null) return 'The body of this delivery is not kept any more.'
  return null
}
