import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { limit, slug } from '../fields.ts'
import { cursor, decodeCursor, pageOf } from '../reads/pages.ts'
import type { Page } from '../views.ts'
import { hiddenUpdates } from './hidden-updates.ts'
import { deliveryRow, listedDelivery } from './view.ts'
import { type DeliveryRow, deliveryVerdicts } from './views.ts'

export const listDeliveriesInput = z.strictObject({
  endpoint: slug.optional(),
  verdict: z.enum(deliveryVerdicts, { error: `must be one of ${deliveryVerdicts.join(', ')}` }).optional(),
  cursor: cursor.optional(),
  limit,
})

/** Deliveries, newest first, by page. Refused ones are counted: one row for each endpoint, sender, reason and minute. */
export async function listDeliveries(ctx: Context, input: unknown = {}): Promise<Page<DeliveryRow>> {
  const asked = parse(listDeliveriesInput, input)
  const before = decodeCursor(asked.cursor, /^dlv_[0-9a-z]+$/)
  const rows = await ctx.store.db.webhookDelivery.findMany({
    where: {
      ...(asked.endpoint ? { endpoint: asked.endpoint } : {}),
      ...(asked.verdict ? { verdict: asked.verdict } : {}),
      ...(before ? { id: { lt: before } } : {}),
    },
    orderBy: { id: 'desc' },
    take: asked.limit + 1,
    select: listedDelivery,
  })
  const hidden = await hiddenUpdates(ctx, rows)
  return pageOf(
    rows,
    asked.limit,
    (row) => row.id,
    (row) => deliveryRow(row, hidden),
  )
}
