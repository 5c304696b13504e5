import { type Context, handleDelivery } from '@rollcall/services'
import { type Consumer, consume } from '@rollcall/store'

/** Handles webhook deliveries that were stored: a few at once, because each only writes. */
export function webhookConsumers(ctx: Context, onError: (what: string) => (error: Error) => void): Consumer[] {
  return [
    consume(ctx.store, {
      name: 'delivery.handle',
      concurrency: 8,
      handle: ({ deliveryId }) => handleDelivery(ctx, deliveryId),
      onError: onError('delivery.handle'),
    }),
  ]
}
