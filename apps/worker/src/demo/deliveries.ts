import { createHmac } from 'node:crypto'
import { verifyDelivery } from '@rollcall/forge'
import { type Context, currentConfiguration, storeDelivery } from '@rollcall/services'
import * as world from './world.ts'

/** Webhooks that came before anybody looked: one that is handled, and one that is nothing to Rollcall. Each comes once. */
export async function deliver(ctx: Context, secret: string): Promise<void> {
  const { webhooks } = await currentConfiguration(ctx.store.db)
  const endpoint = webhooks.find(({ name }) => name === 'demo-forge')
  if (endpoint === undefined) return
  for (const { id, event, payload } of world.deliveries) {
    // it would count as a repeat
    if ((await ctx.store.db.webhookDelivery.count({ where: { endpoint: endpoint.name, deliveryId: id } })) > 0) continue
    const body = Buffer.from(JSON.stringify(payload))
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'demo-forge',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    }
    const verdict = verifyDelivery({ headers, body }, { secrets: [secret] }, ctx.now())
    if (verdict.verified) await storeDelivery(ctx, endpoint, { headers, body }, verdict)
  }
}
