import { type Tx, transact } from '@rollcall/store'
import { gateOf } from '../checks/gate.ts'
import type { ImageSetConfig } from '../configuration/configuration.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'
import { tornOf } from './around.ts'
import { promotionJob } from './drive-job.ts'
import { insertPromotion, setPlace } from './open.ts'
import { lockImageSet } from './project.ts'

/**
 * Looks at a commit after its checks have spoken: opens the promotion of every set that is promoted by itself and whose
 * gate it has turned green, each commit once, and has those driven that wait for the gate. Whether a newer build has taken
 * over is decided where it begins.
 */
export async function decidePromotions(ctx: Context, sha: string): Promise<{ opened: string[] }> {
  const configuration = await currentConfiguration(ctx.store.db)
  const opened: string[] = []
  for (const set of configuration.imageSets) {
    if (!set.automatic || set.gate === null) continue
    const place = await setPlace(ctx.store.db, configuration, set).catch(() => null)
    if (place === null || place.gate === null || place.componentId === null) continue
    const { gate, componentId } = place
    const build = await ctx.store.db.build.findUnique({ where: { componentId_sha: { componentId, sha } } })
    if (build === null || build.branch !== set.branch) continue
    if (!(await gateOf(ctx.store.db, gate, sha, ctx.now())).green) continue
    const id = await transact(ctx.store, async (tx) => {
      await lockImageSet(tx, set.name)
      if (!(await isNews(tx, set, sha))) return null
      return insertPromotion(tx, ctx, place, {
        sha,
        trigger: 'automatic',
        dryRun: false,
        override: null,
        dedupeKey: automaticKey(set.name, sha),
      })
    })
    if (id !== null) opened.push(id)
  }
  await transact(ctx.store, async (tx) => {
    const waiting = await tx.db.promotion.findMany({
      where: { sha, endedAt: null, token: null, id: { notIn: opened } },
      select: { id: true },
    })
    tx.send(...waiting.map(({ id }) => promotionJob(id)))
  })
  return { opened }
}

export const automaticKey = (imageSet: string, sha: string) => `automatic ${imageSet} ${sha}`

/** Neither promoted by itself before, nor what the set is already; a torn set is caught up with when it is repaired. */
async function isNews(tx: Tx, { name }: ImageSetConfig, sha: string): Promise<boolean> {
  if (await tornOf(tx.db, name)) return false
  if (await tx.db.promotion.findUnique({ where: { dedupeKey: automaticKey(name, sha) }, select: { id: true } }))
    return false
  // also one that a person has promoted, and perhaps undone since
  const was = {
    imageSet: name,
    sha,
    dryRun: false,
    trigger: { not: 'undo' },
    OR: [{ endedAt: null }, { state: 'done' }],
  }
  return (await tx.db.promotion.findFirst({ where: was, select: { id: true } })) === null
}
