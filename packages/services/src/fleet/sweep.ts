import type { Reading } from '@rollcall/rollout'
import { transact, writeEnumeration, writeReadings } from '@rollcall/store'
import { noteChange } from '../changes.ts'
import { findAskedComponent } from '../components/find.ts'
import type { Context, Reader } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import { fleetOrder } from './order.ts'
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
  const [component, newest, targets] = await Promise.all([
    findAskedComponent(db),
    db.build.findFirst({ orderBy: { orderedAt: 'desc' }, select: { tag: true } }),
    knownTargets(db, environmentId),
  ])
  return { ...environment, environmentId, components: component ? [component] : [], tag: newest?.tag ?? null, targets }
}

/**
 * Stores the control plane's own list, in its order: new targets are added, the ones it left out are marked, none is
 * deleted. Only for a complete answer; an answer that failed says nothing about anybody. Answers all known targets.
 */
export async function recordEnumeration(
  ctx: Context,
  environmentId: string,
  slugs: readonly string[],
): Promise<{ id: string; slug: string }[]> {
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const written = await writeEnumeration(tx, environmentId, slugs, now)
    await tx.db.environment.update({ where: { id: environmentId }, data: { enumeratedAt: now } })
    if (written > 0) await noteChange(tx, now, { kind: 'fleet.changed', environmentId })
    return knownTargets(tx.db, environmentId)
  })
}

function knownTargets(db: Reader, environmentId: string): Promise<{ id: string; slug: string }[]> {
  return db.target.findMany({ where: { environmentId }, orderBy: fleetOrder, select: { id: true, slug: true } })
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
    // its worker was taken for dead, and another one has called the roll since
    if (before.sweptAt && before.sweptAt > result.startedAt) return
    await tx.db.environment.update({
      where: { id: environmentId },
      data: {
        sweptAt: result.startedAt,
        sweepOutcome: result.outcome,
        sweepDetail: foreignText(result.detail, 1_000),
        sweepFound: result.found,
        sweepAnswered: result.answered,
      },
    })
    if (result.changed > 0 || before.sweepOutcome !== result.outcome) {
      await noteChange(tx, ctx.now(), { kind: 'fleet.swept', environmentId })
    }
  })
}
