import { compareBuilds, derivePromotionState, type PromotionFacts, type PromotionHold } from '@rollcall/rollout'
import { newId, type Prisma, type Tx, transact } from '@rollcall/store'
import { noteChange } from '../changes.ts'
import { gateOf } from '../checks/gate.ts'
import type { GateView } from '../checks/views.ts'
import type { Context } from '../context.ts'
import { activeOf, tornOf } from './around.ts'
import { endUnmoved } from './end.ts'
import { factsOf, overrideOf, type PromotionPlan, type PromotionRow, planOf, withMoves } from './facts.ts'
import { lockImageSet, refreshPromotion } from './project.ts'

/** What a driver has: the promotion under a token of its own, and its journal as it is now. */
export interface PromotionDrive {
  id: string
  token: string
  /** `repair`: it has ended torn, and somebody asked to look whether it is whole again */
  task: 'drive' | 'repair'
  sha: string
  componentId: string | null
  plan: PromotionPlan
  facts: PromotionFacts
}

/** Whoever ends what it waits for has it driven at once; this is for when that is lost. */
const lookAgainSeconds = { gate: 30, set: 10 } as const satisfies Record<PromotionHold['by'], number>

/**
 * Takes a promotion under a new token; whoever drove it before changes nothing from here on. Null when there is nothing
 * to drive now: it has ended, waits for its gate or its set, or was refused or superseded right here. One promotion of a
 * set begins at a time, and what has begun is always taken to its end.
 */
export async function takePromotion(ctx: Context, id: string, driver: string): Promise<PromotionDrive | null> {
  const found = await ctx.store.db.promotion.findUnique({ where: { id }, select: { imageSet: true } })
  if (!found) return null
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    await lockImageSet(tx, found.imageSet)
    const row = await tx.db.promotion.findUniqueOrThrow({ where: { id }, ...withMoves })
    const task = row.endedAt === null ? 'drive' : 'repair'
    if (task === 'repair' && !(row.wakeAt !== null && row.wakeAt <= now && isTorn(row))) return null
    if (task === 'drive' && row.token === null && !(await mayBegin(tx, ctx, row, now))) return null
    const token = newId('prm')
    await tx.db.promotion.update({ where: { id }, data: { token, driver, heartbeatAt: now, wakeAt: null } })
    const taken = await refreshPromotion(tx, id)
    const { sha, componentId } = taken
    return { id, token, task, sha, componentId, plan: planOf(taken), facts: factsOf(taken) }
  })
}

const isTorn = (row: PromotionRow) => derivePromotionState(factsOf(row)) === 'torn'

/** Everything that keeps a promotion from beginning; what is over by it is ended here. */
async function mayBegin(tx: Tx, ctx: Context, row: PromotionRow, now: Date): Promise<boolean> {
  const torn = await tornOf(tx.db, row.imageSet)
  if (torn) {
    await endUnmoved(tx, ctx, row.id, {
      rule: 'set_torn',
      message: `The set is torn by promotion ${torn.id}.`,
      remedy: 'Repair it first: its lines stand there.',
    })
    return false
  }
  const newer = await newerOf(tx, row)
  if (newer) {
    await endUnmoved(tx, ctx, row.id, {
      rule: 'superseded',
      message: `The newer build ${newer.sha.slice(0, 7)} took over with promotion ${newer.id}.`,
      remedy: 'Nothing is to be done; to go back on purpose, override the order with a reason.',
    })
    return false
  }
  const active = await activeOf(tx.db, row.imageSet)
  if (active) {
    const text = `Waits for promotion ${active.id} of the same set.`
    await hold(tx, row, now, { by: 'set', text }, null)
    return false
  }
  return passesGate(tx, ctx, row, now)
}

async function passesGate(tx: Tx, ctx: Context, row: PromotionRow, now: Date): Promise<boolean> {
  const { gate } = planOf(row)
  const judged = gate === null ? null : await gateOf(tx.db, gate, row.sha, now)
  // a dry run tells what the gate says and does not wait for it
  const passes = judged === null || judged.outcome === 'pass' || row.dryRun || overrideOf(row)?.gate === true
  const told = judged?.because[0] ?? 'it does not pass'
  if (!passes && (judged.outcome === 'fail' || judged.outcome === 'refused')) {
    await storeGate(tx, row, judged, now)
    await endUnmoved(tx, ctx, row.id, {
      rule: judged.outcome === 'fail' ? 'gate_failed' : 'gate_refused',
      message: `The gate ${judged.gate} does not let it through: ${told}`,
      remedy: 'Promote again when its checks are green, or override the gate with a reason.',
    })
    return false
  }
  if (!passes) {
    const text = `Waits for the gate ${judged.gate}: ${told}`
    await hold(tx, row, now, { by: 'gate', text }, judged)
    return false
  }
  await storeGate(tx, row, judged, now)
  if (planOf(row).heldBy.length > 0) await writePlan(tx, row, { heldBy: [] })
  return true
}

async function hold(tx: Tx, row: PromotionRow, now: Date, by: PromotionHold, gate: GateView | null): Promise<void> {
  await storeGate(tx, row, gate, now)
  await writePlan(tx, row, { heldBy: [by] })
  const wakeAt = new Date(now.getTime() + lookAgainSeconds[by.by] * 1000)
  await tx.db.promotion.update({ where: { id: row.id }, data: { wakeAt } })
  const after = await refreshPromotion(tx, row.id)
  if (after.headline !== row.headline) await noteChange(tx, now, { kind: 'promotion.changed' })
}

async function storeGate(tx: Tx, { id }: PromotionRow, gate: GateView | null, gateAt: Date): Promise<void> {
  if (gate === null) return
  await tx.db.promotion.update({ where: { id }, data: { gate: gate as unknown as Prisma.InputJsonValue, gateAt } })
}

async function writePlan(tx: Tx, row: PromotionRow, more: Partial<PromotionPlan>): Promise<void> {
  const plan = { ...planOf(row), ...more }
  await tx.db.promotion.update({ where: { id: row.id }, data: { plan: plan as unknown as Prisma.InputJsonValue } })
}

/**
 * A promotion of a newer build of this set that has begun, or that nothing but its turn keeps from it. One that waits for
 * its gate may wait for ever, and stands in nobody's way. What the tags are already is judged by the registry, when
 * everything is read.
 */
async function newerOf(tx: Tx, row: PromotionRow): Promise<{ id: string; sha: string } | null> {
  if (row.trigger === 'undo' || row.dryRun || overrideOf(row)?.order || row.componentId === null) return null
  const { componentId } = row
  const others = await tx.db.promotion.findMany({
    where: { imageSet: row.imageSet, endedAt: null, dryRun: false, id: { not: row.id }, trigger: { not: 'undo' } },
    orderBy: { id: 'desc' },
    select: { id: true, sha: true, token: true, gate: true, override: true },
  })
  const builds = await tx.db.build.findMany({
    where: { componentId, sha: { in: [row.sha, ...others.map(({ sha }) => sha)] } },
  })
  const own = builds.find(({ sha }) => sha === row.sha) ?? null
  const mayGo = (other: (typeof others)[number]) => {
    const gate = other.gate as unknown as GateView | null
    return other.token !== null || gate === null || gate.outcome === 'pass' || overrideOf(other)?.gate === true
  }
  return (
    others
      .filter(mayGo)
      .find(({ sha }) => compareBuilds(builds.find((build) => build.sha === sha) ?? null, own) === 'newer') ?? null
  )
}
