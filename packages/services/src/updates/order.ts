import { compareVersions, type Update } from '@rollcall/forge'
import { type BuildOrder, compareBuilds } from '@rollcall/rollout'
import type { Reader } from '../context.ts'
import type { StoredSlot } from './slot.ts'

/**
 * What an update's commit is, compared with the recorded one. Versions say it, where both have one; else known builds
 * whose commits are dated; else the slot's own ring: what was recorded first is the older of the two. Builds that were
 * only published on receipt of an update say nothing here that the ring does not.
 */
export async function orderOf(
  db: Reader,
  component: string,
  update: Pick<Update, 'sha' | 'version'>,
  slot: StoredSlot,
): Promise<BuildOrder> {
  const byVersion = compareVersions(update.version, slot.version)
  if (byVersion === 'older' || byVersion === 'newer') return byVersion
  const builds = await db.build.findMany({
    where: { component: { slug: component }, sha: { in: [update.sha, slot.sha] }, committedAt: { not: null } },
  })
  const dated = (sha: string) => builds.find((build) => build.sha === sha) ?? null
  const byBuild = compareBuilds(dated(update.sha), dated(slot.sha))
  return byBuild === 'unknown' ? orderInRing(update.sha, slot) : byBuild
}

/** Newest first, so the higher the place where a commit was first recorded, the older it is. */
function orderInRing(sha: string, slot: StoredSlot): BuildOrder {
  const line = [slot.sha, ...slot.previous.map((entry) => entry.sha)]
  const first = line.lastIndexOf(sha)
  if (first === -1) return 'unknown'
  return first > line.lastIndexOf(slot.sha) ? 'older' : 'newer'
}
