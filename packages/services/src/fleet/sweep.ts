import type { Reading } from '@rollcall/rollout'
import { newId, transact, writeReadings } from '@rollcall/store'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { readingRow } from './reading-row.ts'

/** What a sweep has to know: whom to ask, and with which tag (there is no default tag). */
export interface SweepPlan {
  environmentId: string
  slug: string
  controlPlaneUrl: string
  controlPlaneTokenEnv: string
  tenantUrlTemplate: string
  components: { id: string; slug: string }[]
  /** tag of the newest build; null when none was published yet, then the control plane cannot be asked */
  tag: string | null
  targets: { id: string; slug: string }[]
}

/** Begins a roll call of one environment; null when it is gone. */
export async function beginSweep(ctx: Context, environmentId: string): Promise<SweepPlan | null> {
  const { db } = ctx.store
  const environment = await db.environment.findUnique({ where: { id: environmentId } })
  if (!environment) return null
  await db.environment.update({ where: { id: environmentId }, data: { sweepStartedAt: ctx.now() } })
  const [components, newest, targets] = await Promise.all([
    db.component.findMany({ orderBy: { createdAt: 'asc' }, take: 1, select: { id: true, slug: true } }),
    db.build.findFirst({ orderBy: { orderedAt: 'desc' }, select: { tag: true } }),
    db.target.findMany({ where: { environmentId }, orderBy: { position: 'asc' }, select: { id: true, slug: true } }),
  ])
  return { ...environment, environmentId, components, tag: newest?.tag ?? null, targets }
}

/**
 * Stores the control plane's own list: new targets are added, the ones it left out are marked, none is deleted.
 * Only for a complete answer; an answer that failed says nothing about anybody. Answers all known targets.
 */
export async function recordEnumeration(
  ctx: Context,
  environmentId: string,
  slugs: readonly string[],
): Promise<{ id: string; slug: string }[]> {
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const known = await tx.db.target.findMany({ where: { environmentId } })
    const bySlug = new Map(known.map((target) => [target.slug, target]))
    const named = new Set(slugs)
    const added = slugs.filter((slug) => !bySlug.has(slug))
    const left = known.filter((target) => target.enumerated && !named.has(target.slug))
    const back = known.filter((target) => !target.enumerated && named.has(target.slug))
    if (added.length > 0) {
      await tx.db.target.createMany({
        data: added.map((slug) => ({ id: newId('tgt'), environmentId, slug, position: slugs.indexOf(slug) })),
        skipDuplicates: true,
      })
    }
    for (const [targets, enumerated] of [
      [left, false],
      [back, true],
    ] as const) {
      if (targets.length === 0) continue
      await tx.db.target.updateMany({ where: { id: { in: targets.map(({ id }) => id) } }, data: { enumerated } })
    }
    await tx.db.environment.update({ where: { id: environmentId }, data: { enumeratedAt: now } })
    if (added.length + left.length + back.length > 0)
      await noteChange(tx, now, { kind: 'fleet.changed', environmentId })
    return tx.db.target.findMany({
      where: { environmentId },
      orderBy: { position: 'asc' },
      select: { id: true, slug: true },
    })
  })
}

/** Stores what targets answered in a sweep; writes only what differs. Answers how many differed. */
export async function recordReadings(
  ctx: Context,
  componentId: string,
  readings: readonly { targetId: string; reading: Reading }[],
): Promise<number> {
  const rows = readings.map(({ targetId, reading }) => readingRow(targetId, reading))
  const changed = await transact(ctx.store, (tx) => writeReadings(tx.db, componentId, rows))
  return changed.length
}

/** enumerated · none_found: the control plane knows no target · not_asked: no build says with which tag · else what went wrong */
export interface SweepResult {
  outcome: string
  detail: string | null
  found: number
  answered: number
  startedAt: Date
  changed: number
}

/** Ends a roll call: from now on every unchanged reading is as old as its start, not older. */
export async function endSweep(ctx: Context, environmentId: string, result: SweepResult): Promise<void> {
  await transact(ctx.store, async (tx) => {
    const before = await tx.db.environment.findUniqueOrThrow({ where: { id: environmentId } })
    await tx.db.environment.update({
      where: { id: environmentId },
      data: {
        sweptAt: result.startedAt,
        sweepOutcome: result.outcome,
        sweepDetail: result.detail,
        sweepFound: result.found,
        sweepAnswered: result.answered,
      },
    })
    if (result.changed > 0 || before.sweepOutcome !== result.outcome) {
      await noteChange(tx, ctx.now(), { kind: 'fleet.swept', environmentId })
    }
  })
}
