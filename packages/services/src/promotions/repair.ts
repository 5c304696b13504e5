import { derivePromotionState } from '@rollcall/rollout'
import { type Prisma, transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { id, reason } from '../fields.ts'
import { clearAlert } from './alerts.ts'
import { actionsOf } from './around.ts'
import { decideJob, driveWaiting, promotionJob, watchJob } from './drive-job.ts'
import { tornAlert, writeLooks } from './end.ts'
import { factsOf, type PromotionRow, planOf, withMoves } from './facts.ts'
import { promotionNotFound } from './not-found.ts'
import { lockImageSet, refreshPromotion } from './project.ts'
import type { PromotionDrive } from './take.ts'
import { shownPromotion } from './view.ts'
import type { PromotionView } from './views.ts'

export const repairPromotionInput = z.strictObject({ id, reason: reason.optional() })

/**
 * Asks to have the registry looked at again after a torn set was repaired by hand. Nothing is unlocked by saying so: only
 * by what the registry shows.
 */
export async function repairPromotion(ctx: Context, input: unknown): Promise<PromotionView> {
  const asked = parse(repairPromotionInput, input)
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const row = await tx.db.promotion.findUnique({ where: { id: asked.id }, ...withMoves })
    if (!row) throw promotionNotFound(asked.id)
    const { repair } = await actionsOf(tx.db, row)
    if (!repair.allowed) throw new ServiceError('refused', repair.why, { field: 'id', remedy: repair.unblock })
    await tx.db.promotion.update({ where: { id: row.id }, data: { wakeAt: now, repairedBy: ctx.actor.name } })
    await audit(tx, ctx, {
      action: 'promotion.repair',
      subjectType: 'promotion',
      subjectId: row.id,
      environmentId: null,
      reason: asked.reason ?? null,
    })
    await noteChange(tx, now, { kind: 'promotion.changed' })
    tx.send(promotionJob(row.id))
    return shownPromotion(ctx, tx.db, row.id)
  })
}

/** What the registry showed of a torn set, by position; undefined: it could not be read. */
export type RepairLooks = readonly ({ digest: string | null; revision: string | null } | undefined)[]

/** How many builds may have turned green while the set was locked. */
const catchUp = 5

/**
 * Records what the registry shows of a torn set, and unlocks it when that is whole: everything new, everything as it was,
 * or everything of one other commit. Answers whether it is. Null: another driver has it.
 */
export function recordRepair(ctx: Context, drive: PromotionDrive, looks: RepairLooks): Promise<boolean | null> {
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    await lockImageSet(tx, drive.plan.set.name)
    const { count } = await tx.db.promotion.updateMany({
      where: { id: drive.id, token: drive.token, state: 'torn' },
      data: { heartbeatAt: now },
    })
    if (count === 0) return null
    const row = await tx.db.promotion.findUniqueOrThrow({ where: { id: drive.id }, ...withMoves })
    const because = notWhole(row, looks)
    if (because !== null) {
      const plan = { ...planOf(row), warnings: [because] } as unknown as Prisma.InputJsonValue
      await tx.db.promotion.update({ where: { id: row.id }, data: { plan } })
      await noteChange(tx, now, { kind: 'promotion.changed' })
      return false
    }
    await writeLooks(tx, row.id, looks, now)
    await tx.db.promotion.update({
      where: { id: row.id },
      data: { repairedAt: now, plan: { ...planOf(row), warnings: [] } as unknown as Prisma.InputJsonValue },
    })
    const after = await refreshPromotion(tx, row.id)
    await clearAlert(tx, now, tornAlert(row.id))
    await audit(tx, ctx, {
      action: 'promotion.repaired',
      subjectType: 'promotion',
      subjectId: row.id,
      environmentId: null,
      detail: { state: derivePromotionState(factsOf(after)) },
    })
    await noteChange(tx, now, { kind: 'promotion.repaired' })
    await driveWaiting(tx, row.imageSet)
    tx.send(watchJob(row.imageSet))
    if (row.componentId !== null) {
      const builds = await tx.db.build.findMany({
        where: { componentId: row.componentId, publishedAt: { gte: row.openedAt } },
        orderBy: { orderedAt: 'desc' },
        take: catchUp,
        select: { sha: true },
      })
      tx.send(...builds.map(({ sha }) => decideJob(sha)))
    }
    return true
  })
}

/** Why a set is not whole; null when it is. */
function notWhole({ moves }: PromotionRow, looks: RepairLooks): string | null {
  const unread = moves.filter((_, position) => looks[position] === undefined)
  if (unread.length > 0)
    return `Looked again: ${unread.map(({ repository }) => repository).join(', ')} could not be read.`
  const isAll = (digestOf: (move: PromotionRow['moves'][number]) => string | null) =>
    moves.every((move, position) => looks[position]?.digest === digestOf(move))
  if (isAll(({ sourceDigest }) => sourceDigest) || isAll(({ previousDigest }) => previousDigest)) return null
  const revisions = new Set(looks.map((look) => look?.revision ?? null))
  if (
    revisions.size === 1 &&
    !revisions.has(null) &&
    !moves.some((move, at) => looks[at]?.digest === move.sourceDigest)
  )
    return null
  const shown = moves.map(({ repository, destinationTag }, position) => {
    return `${repository}:${destinationTag} is ${looks[position]?.digest ?? 'not there'}`
  })
  return `Looked again: the set is not whole yet. ${shown.join('; ')}.`
}
