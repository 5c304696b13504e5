import type { PromotionState } from '@rollcall/rollout'
import { gateOf } from '../checks/gate.ts'
import type { Configuration, ImageSetConfig } from '../configuration/configuration.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'
import { buildRef } from '../reads/build-ref.ts'
import { seenSlugs } from '../sees.ts'
import { activeOf, lastDone, tornOf } from './around.ts'
import type { ImageSetView, ImageStandView } from './views.ts'
import { buildOf } from './watch-tags.ts'

const shownCandidates = 5

/** The configured image sets in the order of the configuration, with what their tags are; empty where none is configured. */
export async function listImageSets(ctx: Context): Promise<{ items: ImageSetView[]; asOf: string }> {
  const configuration = await currentConfiguration(ctx.store.db)
  const slugs = await seenSlugs(ctx)
  const items = await Promise.all(
    configuration.imageSets.map(async (set) => {
      const view = await setView(ctx, configuration, set)
      return view.thenApply !== null && slugs?.has(view.thenApply) === false ? { ...view, thenApply: null } : view
    }),
  )
  return { items, asOf: ctx.now().toISOString() }
}

async function setView(ctx: Context, configuration: Configuration, set: ImageSetConfig): Promise<ImageSetView> {
  const { db } = ctx.store
  const [images, tornBy, active, last, candidates] = await Promise.all([
    standsOf(ctx, set),
    tornOf(db, set.name),
    activeOf(db, set.name),
    lastDone(db, set.name),
    candidatesOf(ctx, configuration, set),
  ])
  const revisions = new Set(images.flatMap(({ revision, digest }) => (digest === null ? [] : (revision ?? []))))
  const isPartly = images.some(({ digest }) => digest === null) && images.some(({ digest }) => digest !== null)
  return {
    name: set.name,
    component: set.component,
    registry: configuration.registries.find(({ name }) => name === set.registry)?.url ?? set.registry,
    branch: set.branch,
    automatic: set.automatic,
    gate: set.gate,
    sourceTag: set.sourceTag,
    destinationTag: set.destinationTag,
    staleAfterHours: set.staleAfterHours,
    thenApply: set.thenApply?.environment ?? null,
    images,
    mixed: images.every(({ readAt }) => readAt !== null) && (revisions.size > 1 || isPartly),
    tornBy,
    active: active && { id: active.id, sha: active.sha, state: active.state as PromotionState },
    last: last && { id: last.id, sha: last.sha, endedAt: last.endedAt?.toISOString() ?? '' },
    candidates,
  }
}

async function standsOf(ctx: Context, set: ImageSetConfig): Promise<ImageStandView[]> {
  const { db } = ctx.store
  const rows = await db.watchedTag.findMany({ where: { imageSet: set.name, tag: set.destinationTag } })
  return Promise.all(
    set.images.map(async (repository) => {
      const row = rows.find((one) => one.repository === repository)
      const [build, mover] = await Promise.all([
        row?.revision ? buildOf(db, set, row.revision) : null,
        row?.digest
          ? db.promotionMove.findFirst({
              where: {
                repository,
                sourceDigest: row.digest,
                promotion: { imageSet: set.name, state: 'done', dryRun: false },
              },
              orderBy: { promotionId: 'desc' },
              select: { promotionId: true },
            })
          : null,
      ])
      return {
        repository,
        tag: set.destinationTag,
        digest: row?.digest ?? null,
        revision: row?.revision ?? null,
        build: build && buildRef(build),
        since: row?.digest ? row.since.toISOString() : null,
        readAt: row?.readAt.toISOString() ?? null,
        failure: row?.failure ?? null,
        promotionId: mover?.promotionId ?? null,
      }
    }),
  )
}

async function candidatesOf(ctx: Context, { gates }: Configuration, set: ImageSetConfig) {
  const { db } = ctx.store
  const gate = gates.find(({ name }) => name === set.gate) ?? null
  const builds = await db.build.findMany({
    where: { component: { slug: set.component }, branch: set.branch },
    orderBy: { orderedAt: 'desc' },
    take: shownCandidates,
  })
  return Promise.all(
    builds.map(async (build) => ({
      build: buildRef(build),
      gate: gate && (await gateOf(db, gate, build.sha, ctx.now())),
    })),
  )
}
