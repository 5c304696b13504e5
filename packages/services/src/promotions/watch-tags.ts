import { namesSameCommit } from '@rollcall/rollout'
import { transact } from '@rollcall/store'
import { noteChange } from '../changes.ts'
import type { ImageSetConfig, RegistryConfig } from '../configuration/configuration.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context, Reader } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import { clearAlert, raiseAlert } from './alerts.ts'

/** What a watch is to read: the destination tag of every image, and what it was when it was read last. */
export interface TagWatch {
  set: ImageSetConfig
  registry: RegistryConfig
  known: { repository: string; digest: string | null; revision: string | null }[]
}

/** Null: there is no such set any more, or its registry is not known. */
export async function beginWatch(ctx: Context, imageSet: string): Promise<TagWatch | null> {
  const { imageSets, registries } = await currentConfiguration(ctx.store.db)
  const set = imageSets.find(({ name }) => name === imageSet)
  const registry = registries.find(({ name }) => name === set?.registry)
  if (!set || !registry) return null
  const known = await ctx.store.db.watchedTag.findMany({ where: { imageSet, tag: set.destinationTag } })
  return { set, registry, known }
}

/** What a registry answered about a watched tag; `digest: null` without a failure: there is no such tag. */
export interface WatchedReading {
  repository: string
  digest: string | null
  revision: string | null
  failure: string | null
}

/**
 * Stores what the tags of a set are, and raises or clears its alerts: older than the set allows, or not what most of the
 * fleet runs. A tag that could not be read keeps what is known of it and decides nothing.
 */
export async function recordWatch(ctx: Context, { set }: TagWatch, readings: readonly WatchedReading[]): Promise<void> {
  await transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const tag = set.destinationTag
    const rows = await tx.db.watchedTag.findMany({ where: { imageSet: set.name, tag } })
    for (const { repository, digest, revision, failure } of readings) {
      const before = rows.find((row) => row.repository === repository)
      const read = { digest, revision, failure: null }
      const isSame = before !== undefined && before.digest === digest
      await tx.db.watchedTag.upsert({
        where: { imageSet_repository_tag: { imageSet: set.name, repository, tag } },
        create: { imageSet: set.name, repository, tag, readAt: now, since: now, ...read, failure },
        update:
          failure === null
            ? { ...read, readAt: now, ...(isSame ? {} : { since: now }) }
            : { failure: foreignText(failure, 500), readAt: now },
      })
      if (failure === null && !isSame) await noteChange(tx, now, { kind: 'tags.changed' })
    }
    await tx.db.watchedTag.deleteMany({
      where: { imageSet: set.name, OR: [{ repository: { notIn: set.images } }, { tag: { not: tag } }] },
    })
    if (readings.some(({ failure }) => failure !== null)) return
    const findings = { stale: await staleness(tx.db, set, now), fleet: await besideTheFleet(tx.db, set) }
    for (const [kind, text] of Object.entries(findings)) {
      const key = { kind: `tags.${kind}`, subjectType: 'image_set', subjectId: set.name }
      if (text === null) await clearAlert(tx, now, key)
      else
        await raiseAlert(tx, now, {
          ...key,
          severity: 'warn',
          text,
          remedy:
            kind === 'stale'
              ? `Promote a newer build of ${set.component}, or look why none is promoted.`
              : `Apply to the fleet what ${tag} is, or promote what the fleet runs.`,
        })
    }
  })
}

/** When an image was made, where its build is known; since when the tag has been this, where it is not. */
async function staleness(db: Reader, set: ImageSetConfig, now: Date): Promise<string | null> {
  const rows = await db.watchedTag.findMany({ where: { imageSet: set.name, digest: { not: null } } })
  for (const { repository, tag, revision, since } of rows) {
    const build = revision === null ? null : await buildOf(db, set, revision)
    const from = build?.orderedAt ?? since
    const hours = (now.getTime() - from.getTime()) / 3_600_000
    if (hours < set.staleAfterHours) continue
    const what = build === null ? 'has not moved' : `is ${build.sha.slice(0, 7)}, which was made`
    const ago = hours < 48 ? `${Math.floor(hours)} hours` : `${Math.floor(hours / 24)} days`
    const told = build === null ? `for ${ago}` : `${ago} ago`
    return `${repository}:${tag} ${what} ${told}; the set allows ${set.staleAfterHours} hours.`
  }
  return null
}

/** What most of the fleet was observed to run, where more than half of it agrees. */
async function besideTheFleet(db: Reader, set: ImageSetConfig): Promise<string | null> {
  const component = await db.component.findUnique({ where: { slug: set.component } })
  if (!component) return null
  const readings = await db.currentReading.groupBy({
    by: ['lastSha'],
    where: {
      componentId: component.id,
      lastSha: { not: null },
      target: {
        enumerated: true,
        ...(set.thenApply ? { environment: { slug: set.thenApply.environment } } : {}),
      },
    },
    _count: true,
  })
  const total = readings.reduce((sum, { _count }) => sum + _count, 0)
  const most = readings.sort((a, b) => b._count - a._count)[0]
  if (!most?.lastSha || most._count * 2 <= total) return null
  const rows = await db.watchedTag.findMany({ where: { imageSet: set.name, revision: { not: null } } })
  const beside = rows.find(({ revision }) => !namesSameCommit(revision, most.lastSha))
  if (!beside) return null
  return (
    `${beside.repository}:${beside.tag} is ${beside.revision?.slice(0, 7)}, but ${most._count} of ${total} tenants run ` +
    `${most.lastSha.slice(0, 7)}.`
  )
}

/** The one build that a revision names, in full or in short. */
export async function buildOf(db: Reader, set: Pick<ImageSetConfig, 'component'>, revision: string) {
  const builds = await db.build.findMany({
    where: { component: { slug: set.component }, sha: { startsWith: revision.slice(0, 40).toLowerCase() } },
    take: 2,
  })
  return builds.length === 1 ? (builds[0] ?? null) : null
}
