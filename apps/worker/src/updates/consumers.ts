import { type Context, openUpdateApply } from '@rollcall/services'
import { type Consumer, consume } from '@rollcall/store'

/** Opens the applies of external updates whose own request could not: it died, or it was too early. */
export function updateConsumers(ctx: Context, onError: (what: string) => (error: Error) => void): Consumer[] {
  return [
    consume(ctx.store, {
      name: 'update.deploy',
      concurrency: 2,
      handle: async ({ updateId }) => void (await openUpdateApply(ctx, updateId)),
      onError: onError('update.deploy'),
    }),
  ]
}
