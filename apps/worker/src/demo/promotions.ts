import type { Reach } from '@rollcall/outbound'
import { type Context, decidePromotions, reportCheck } from '@rollcall/services'
import type { Deps } from '../deps.ts'
import { drivePromotion } from '../promote/drive.ts'
import { openRegistries } from '../promote/registries.ts'
import * as world from './world.ts'

/** What the checks of the builds have said so far, and the promotion that one of them has set going, to its end. */
export async function promote(
  { driver, secretFor }: Pick<Deps, 'driver' | 'secretFor'>,
  as: (name: string) => Context,
  reach: Reach,
): Promise<void> {
  const ctx = as('acme-ci')
  const registries = openRegistries(secretFor, { reach })
  try {
    for (const { sha, status } of world.checks) {
      if ((await ctx.store.db.check.count({ where: { sha } })) > 0) continue
      await reportCheck(ctx, { sha, status, context: world.suite, repo: world.repo })
      const { opened } = await decidePromotions(as('worker'), sha)
      const deps = { ctx: as('worker'), driver, registries, pause: async () => {} }
      for (const id of opened) await drivePromotion(deps, id, AbortSignal.timeout(30_000))
    }
  } finally {
    await registries.close()
  }
}
