import type { Reach } from '@rollcall/outbound'
import { type Context, decidePromotions } from '@rollcall/services'
import { type Consumer, consume, type Store } from '@rollcall/store'
import type { SecretFor } from '../deps.ts'
import { until } from '../drive/until.ts'
import type { PromoteDeps } from './deps.ts'
import { drivePromotion } from './drive.ts'
import { openRegistries } from './registries.ts'
import { watchTags } from './watch.ts'

/** Takes the jobs about promotions and watched tags. `close` after they have drained. */
export function promoteConsumers(
  store: Store,
  given: {
    ctx: Context
    driver: string
    secretFor: SecretFor
    reach: Reach
    onError: (what: string) => (error: Error) => void
  },
): { consumers: Consumer[]; close(): Promise<void> } {
  const { ctx, driver, secretFor, reach, onError } = given
  const registries = openRegistries(secretFor, { reach })
  const deps: PromoteDeps = { ctx, driver, registries, pause: until }
  return {
    consumers: [
      consume(store, {
        name: 'promotion.decide',
        concurrency: 2,
        handle: async ({ sha }) => void (await decidePromotions(ctx, sha)),
        onError: onError('promotion.decide'),
      }),
      consume(store, {
        name: 'promotion.drive',
        concurrency: 8,
        handle: ({ promotionId }, signal) => drivePromotion(deps, promotionId, signal),
        onError: onError('promotion.drive'),
      }),
      consume(store, {
        name: 'tags.watch',
        concurrency: 2,
        handle: ({ imageSet }) => watchTags(deps, imageSet),
        onError: onError('tags.watch'),
      }),
    ],
    close: () => registries.close(),
  }
}
