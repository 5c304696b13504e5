import { newId, type Prisma, type Tx, transact } from '@rollcall/store'
import { z } from 'zod'
import { audit, overridesUsed } from '../audit.ts'
import { noteChange } from '../changes.ts'
import { gateOf } from '../checks/gate.ts'
import type { Configuration, GateConfig, ImageSetConfig, RegistryConfig } from '../configuration/configuration.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context, Reader } from '../context.ts'
import { notFound, parse, ServiceError } from '../errors.ts'
import { reason, slug } from '../fields.ts'
import { tornOf } from './around.ts'
import { promotionJob } from './drive-job.ts'
import type { PromotionOverride, PromotionPlan } from './facts.ts'
import { lockImageSet, refreshPromotion } from './project.ts'
import { promotionView, shownPromotion } from './view.ts'
import type { PromotionView } from './views.ts'

/** What an override is about, as it was sent: `true`, and one that names neither, mean both. */
export function overruled(override: unknown): { gate: boolean; order: boolean } {
  if (typeof override !== 'object' || override === null) return { gate: override === true, order: override === true }
  const { gate, order } = override as Record<string, unknown>
  const isBoth = gate === undefined && order === undefined
  return { gate: isBoth || gate === true, order: isBoth || order === true }
}

const overrideInput = z
  .strictObject({
    /** promote although its gate is not green */
    gate: z.boolean({ error: 'must be true or false' }).optional(),
    /** promote although the order of the commits is not known, or would go back */
    order: z.boolean({ error: 'must be true or false' }).optional(),
    reason: reason.optional(),
  })
  .transform(({ reason, ...said }) => ({ ...overruled(said), reason: reason ?? null }))

export const openPromotionInput = z.strictObject({
  sha: z
    .string({ error: 'must be text' })
    .regex(/^[0-9a-fA-F]{7,40}$/, 'must be a commit sha, or at least its first 7 hexadecimal digits')
    .transform((value) => value.toLowerCase()),
  /** may be left out when there is only one */
  set: slug.optional(),
  dryRun: z.boolean({ error: 'must be true or false' }).default(false),
  override: z
    .union([overrideInput, z.literal(true).transform(() => ({ ...overruled(true), reason: null }))])
    .optional(),
})

/**
 * Opens the promotion of a set of images to a commit. Everything is checked before anything is moved, by a worker. A
 * torn set is refused with the lines that repair it; other promotions of the set are waited for.
 */
export async function openPromotion(ctx: Context, input: unknown): Promise<PromotionView> {
  const asked = parse(openPromotionInput, input)
  // a pipeline overrules by how it is written; a person is asked why
  if (ctx.actor.via === 'ui' && asked.override && asked.override.reason === null) {
    const remedy = 'Send override.reason: why this is overruled. It is kept in the record.'
    throw new ServiceError('invalid', 'An override needs a reason.', { field: 'override.reason', remedy })
  }
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const place = await placeOf(tx.db, asked.set)
    await lockImageSet(tx, place.set.name)
    await refuseTorn(tx.db, place.set.name, now)
    const sha = await commitOf(tx.db, place, asked.sha)
    const id = await insertPromotion(tx, ctx, place, {
      sha,
      trigger: 'manual',
      dryRun: asked.dryRun,
      override: asked.override ?? null,
      dedupeKey: null,
    })
    return shownPromotion(ctx, tx.db, id)
  })
}

/** A set with everything that belongs to it, as the configuration says now. */
export interface SetPlace {
  set: ImageSetConfig
  registry: RegistryConfig
  gate: GateConfig | null
  componentId: string | null
}

async function placeOf(db: Reader, name: string | undefined): Promise<SetPlace> {
  const configuration = await currentConfiguration(db)
  const { imageSets } = configuration
  const names = imageSets.map((one) => one.name).join(', ')
  if (imageSets.length === 0)
    throw new ServiceError('not_found', 'No image set is configured.', {
      field: 'set',
      remedy: 'Define one under imageSets in the configuration.',
    })
  if (name === undefined && imageSets.length > 1)
    throw new ServiceError('invalid', 'There is more than one image set.', {
      field: 'set',
      remedy: `Name one of ${names}.`,
    })
  const set = name === undefined ? imageSets[0] : imageSets.find((one) => one.name === name)
  if (!set) throw notFound('image set', name ?? '', 'set', `Name one of ${names}.`)
  return setPlace(db, configuration, set)
}

export async function setPlace(db: Reader, configuration: Configuration, set: ImageSetConfig): Promise<SetPlace> {
  const registry = configuration.registries.find((one) => one.name === set.registry)
  if (!registry) throw notFound('registry', set.registry, 'set', 'Define it under registries in the configuration.')
  const gate = set.gate === null ? null : (configuration.gates.find((one) => one.name === set.gate) ?? null)
  // a gate that cannot be found must not read as none
  if (set.gate !== null && gate === null)
    throw notFound('gate', set.gate, 'set', 'Define it under gates in the configuration.')
  const component = await db.component.findUnique({ where: { slug: set.component } })
  return { set, registry, gate, componentId: component?.id ?? null }
}

async function refuseTorn(db: Reader, imageSet: string, now: Date): Promise<void> {
  const torn = await tornOf(db, imageSet)
  if (torn === null) return
  const { repair } = await promotionView(db, torn.id, now)
  throw new ServiceError('refused', `The image set ${imageSet} is torn by promotion ${torn.id}.`, {
    field: 'set',
    remedy: `Run the lines that repair it, then POST /api/v1/promotions/${torn.id}/repair:\n${repair.join('\n')}`,
  })
}

/** The full commit where it is known: a prefix that names exactly one build stands for it, another one for itself. */
async function commitOf(db: Reader, { set, componentId }: SetPlace, sha: string): Promise<string> {
  if (sha.length === 40) return sha
  const known =
    componentId === null
      ? []
      : await db.build.findMany({ where: { componentId, sha: { startsWith: sha } }, select: { sha: true }, take: 2 })
  if (known.length > 1)
    throw new ServiceError('invalid', `More than one build of ${set.component} begins with ${sha}.`, {
      field: 'sha',
      remedy: 'Give all 40 characters of the commit.',
    })
  const [build] = known
  if (build) return build.sha
  if (set.sourceTag.includes('<sha>'))
    throw notFound('build', sha, 'sha', 'Give all 40 characters of the commit, or publish the build first.')
  return sha
}

export interface NewPromotion {
  sha: string
  trigger: 'manual' | 'automatic' | 'undo'
  dryRun: boolean
  override: PromotionOverride | null
  dedupeKey: string | null
  undo?: { ofId: string; digests: string[]; expected: (string | null)[] }
}

/** Writes a promotion with its journal, audit and first job; the set is locked by the caller. */
export async function insertPromotion(tx: Tx, ctx: Context, place: SetPlace, asked: NewPromotion): Promise<string> {
  const now = ctx.now()
  const { set, registry, gate, componentId } = place
  const id = newId('prm', now.getTime())
  const judged = gate === null || asked.undo ? null : await gateOf(tx.db, gate, asked.sha, now)
  const plan: PromotionPlan = {
    ...{ set, registry, gate: asked.undo ? null : gate },
    ...{ heldBy: [], warnings: [], expected: asked.undo?.expected ?? null },
  }
  await tx.db.promotion.create({
    data: {
      id,
      imageSet: set.name,
      componentId,
      sha: asked.sha,
      trigger: asked.trigger,
      undoOfId: asked.undo?.ofId ?? null,
      dryRun: asked.dryRun,
      ...(asked.override === null ? {} : { override: { ...asked.override } }),
      openedAt: now,
      openedBy: ctx.actor.name,
      dedupeKey: asked.dedupeKey,
      plan: plan as unknown as Prisma.InputJsonValue,
      ...(judged === null ? {} : { gate: judged as unknown as Prisma.InputJsonValue, gateAt: now }),
      // its job may be lost; then it is found
      wakeAt: new Date(now.getTime() + 10_000),
      moves: {
        create: set.images.map((repository, position) => ({
          position,
          repository,
          destinationTag: set.destinationTag,
          sourceTag: asked.undo?.digests[position] ?? sourceTagOf(set, asked.sha),
          ...(asked.undo ? { sourceDigest: asked.undo.digests[position] ?? null } : {}),
        })),
      },
    },
  })
  await refreshPromotion(tx, id)
  await audit(tx, ctx, {
    action: 'promotion.open',
    subjectType: 'promotion',
    subjectId: id,
    environmentId: null,
    reason: asked.override?.reason ?? null,
    detail: {
      ...{ set: set.name, sha: asked.sha, trigger: asked.trigger, dryRun: asked.dryRun },
      ...overridesUsed({
        'override.gate': asked.override?.gate === true,
        'override.unknown_order': asked.override?.order === true,
        'override.downgrade': asked.override?.order === true,
      }),
    },
  })
  await noteChange(tx, now, { kind: 'promotion.opened' })
  tx.send(promotionJob(id))
  return id
}

/** The immutable tag of a commit in a set. */
function sourceTagOf({ sourceTag }: ImageSetConfig, sha: string): string {
  return sourceTag.replaceAll('<sha7>', sha.slice(0, 7)).replaceAll('<sha>', sha)
}
