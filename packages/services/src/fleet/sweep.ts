import type { Reading } from '@rollcall/rollout'
import { transact, writeEnumeration, writeReadings } from '@rollcall/store'
import { noteChange } from '../changes.ts'
import type { Context, Reader } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import { askedComponent } from './find.ts'
import { fleetOrder } from './order.ts'
import { readingRow } from './reading-row.ts'

/** What a sweep has to know: whom to ask, and with which tag (there is no default tag). */
export interface SweepPlan {
  fleetId: string
  /** null: nobody lists this fleet's targets */
  controlPlane: { url: string; tokenEnv: string } | null
  /** null: nobody can be asked what runs */
  tenantUrlTemplate: string | null
  /** whose build the targets tell; null when no component is known yet */
  component: { id: string; slug: string } | null
  /** tag of the newest build; null when none was published yet, then the control plane cannot be asked */
  tag: string | null
  targets: { id: string; slug: string }[]
}

/** Begins a roll call of one fleet; null when it is gone. */
export async function beginSweep(ctx: Context, fleetId: string): Promise<SweepPlan | null> {
  const { db } = ctx.store
  const fleet = await db.fleet.findUnique({ where: { id: fleetId } })
  if (!fleet) return null
  await db.fleet.update({ where: { id: fleetId }, data: { sweepStartedAt: ctx.now() } })
  const [component, targets] = await Promise.all([askedComponent(db, fleet), knownTargets(db, fleetId)])
  const newest = await db.build.findFirst({
    where: component ? { componentId: component.id } : {},
    orderBy: { orderedAt: 'desc' },
    select: { tag: true },
  })
  const { controlPlaneUrl: url, controlPlaneTokenEnv: tokenEnv, tenantUrlTemplate } = fleet
  const controlPlane = url !== null && tokenEnv !== null ? { url, tokenEnv } : null
  return { fleetId, controlPlane, tenantUrlTemplate, component, tag: newest?.tag ?? null, targets }
}

/**
 * Stores the control plane's own list, in its order: new targets are added, the ones it left out are marked, none is
 * deleted. Only for a complete answer; an answer that failed says nothing about anybody. Answers all known targets.
 */
export async function recordEnumeration(
  ctx: Context,
  fleetId: string,
  slugs: readonly string[],
): Promise<{ id: string; slug: string }[]> {
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const { environmentId } = await tx.db.fleet.update({ where: { id: fleetId }, data: { enumeratedAt: now } })
    const written = await writeEnumeration(tx, { environmentId, fleetId }, slugs, now)
    if (written > 0) await noteChange(tx, now, { kind: 'fleet.changed', environmentId })
    return knownTargets(tx.db, fleetId)
  })
}

function knownTargets(db: Reader, fleetId: string): Promise<{ id: string; slug: string }[]> {
  return db.target.findMany({ where: { fleetId }, orderBy: fleetOrder, select: { id: true, slug: true } })
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

/** enumerated · none_found: the control plane knows no target · not_asked: no build says with which tag, or there is nobody to ask · else what went wrong */
export interface SweepResult {
  outcome: string
  detail: string | null
  found: number
  answered: number
  startedAt: Date
  changed: number
}

/** Ends a roll call: from now on every unchanged reading is as old as its start, not older. */
export async function endSweep(ctx: Context, fleetId: string, result: SweepResult): Promise<void> {
  await transact(ctx.store, async (tx) => {
    const before = await tx.db.fleet.findUniqueOrThrow({ where: { id: fleetId } })
    // its worker was taken for dead, and another one has called the roll since
    if (before.sweptAt && before.sweptAt > result.startedAt) return
    await tx.db.fleet.update({
      where: { id: fleetId },
      data: {
        sweptAt: result.startedAt,
        sweepOutcome: result.outcome,
        sweepDetail: foreignText(result.detail, 1_000),
        sweepFound: result.found,
        sweepAnswered: result.answered,
      },
    })
    if (result.changed > 0 || before.sweepOutcome !== result.outcome) {
      await noteChange(tx, ctx.now(), { kind: 'fleet.swept', environmentId: before.environmentId })
    }
  })
}
