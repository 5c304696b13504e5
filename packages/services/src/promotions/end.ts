import { derivePromotionState, type PromotionFacts, type PromotionFailure } from '@rollcall/rollout'
import { type Tx, transact } from '@rollcall/store'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { clearAlert, raiseAlert } from './alerts.ts'
import { driveWaiting, watchJob } from './drive-job.ts'
import { factsOf, type PromotionRow } from './facts.ts'
import { refreshPromotion } from './project.ts'
import { storedFailure } from './record-move.ts'
import type { PromotionDrive } from './take.ts'

/** What a tag was when everything had been done; undefined: it could not be read. */
export type LastLooks = readonly ({ digest: string | null } | undefined)[]

/**
 * Ends a promotion, as the journal says and not as the driver thinks. What it sets off belongs to this one write: torn
 * pages somebody, those that wait for the set go on, and the tags are looked at. Null: another driver has it.
 */
export function endPromotion(ctx: Context, drive: PromotionDrive, looks: LastLooks): Promise<PromotionFacts | null> {
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const { count } = await tx.db.promotion.updateMany({
      where: { id: drive.id, token: drive.token, endedAt: null },
      data: { endedAt: now },
    })
    if (count === 0) return null
    await writeLooks(tx, drive.id, looks, now)
    return factsOf(await afterEnd(tx, ctx, drive.id))
  })
}

/** Ends one that nobody has begun; the set is locked by the caller. */
export async function endUnmoved(tx: Tx, ctx: Context, id: string, failure: PromotionFailure): Promise<PromotionRow> {
  const data = { endedAt: ctx.now(), wakeAt: null, failure: storedFailure(failure) }
  await tx.db.promotion.update({ where: { id }, data })
  return afterEnd(tx, ctx, id)
}

export async function writeLooks(tx: Tx, promotionId: string, looks: LastLooks, now: Date): Promise<void> {
  for (const [position, look] of looks.entries()) {
    if (look === undefined) continue
    await tx.db.promotionMove.update({
      where: { promotionId_position: { promotionId, position } },
      data: { observedDigest: look.digest, observedAt: now },
    })
  }
}

async function afterEnd(tx: Tx, ctx: Context, id: string): Promise<PromotionRow> {
  const now = ctx.now()
  const before = await tx.db.promotion.findUniqueOrThrow({ where: { id }, select: { state: true } })
  const row = await refreshPromotion(tx, id)
  const facts = factsOf(row)
  const state = derivePromotionState(facts)
  await audit(tx, ctx, {
    action: `promotion.${state}`,
    subjectType: 'promotion',
    subjectId: id,
    environmentId: null,
    before,
    after: { state },
    detail: { set: row.imageSet, sha: row.sha, rule: facts.failure?.rule ?? null },
  })
  await tellOfEnd(tx, row, state, now)
  await noteChange(tx, now, { kind: `promotion.${state}` })
  await driveWaiting(tx, row.imageSet)
  tx.send(watchJob(row.imageSet))
  return row
}

const setAlert = (kind: string, imageSet: string) => ({ kind, subjectType: 'image_set', subjectId: imageSet })

async function tellOfEnd(tx: Tx, row: PromotionRow, state: string, now: Date): Promise<void> {
  const { id, imageSet, headline, trigger } = row
  if (state === 'torn') {
    await raiseAlert(tx, now, {
      ...tornAlert(id),
      severity: 'page',
      text: `${imageSet}: ${headline}`,
      remedy: 'Run the lines that repair it, then have the registry looked at again.',
    })
  }
  if (row.moves.some(({ foreignDigest }) => foreignDigest !== null)) {
    await raiseAlert(tx, now, {
      ...setAlert('promotion.foreign_move', imageSet),
      severity: 'warn',
      text: `${imageSet}: ${headline}`,
      remedy: 'Find out who moves these tags past Rollcall.',
    })
  }
  const rule = factsOf(row).failure?.rule
  if (state === 'undone' && trigger === 'automatic' && rule !== 'superseded' && rule !== 'withdrawn') {
    await raiseAlert(tx, now, {
      ...setAlert('promotion.failed', imageSet),
      severity: 'warn',
      text: `${imageSet}: ${headline}`,
      remedy: factsOf(row).failure?.remedy ?? null,
    })
  }
  if (state !== 'done') return
  await clearAlert(tx, now, setAlert('promotion.failed', imageSet))
  await clearAlert(tx, now, setAlert('promotion.foreign_move', imageSet))
}

/** One for each promotion that ended torn: somebody is woken. */
export const tornAlert = (promotionId: string) => ({
  kind: 'promotion.torn',
  subjectType: 'promotion',
  subjectId: promotionId,
  environmentId: null,
})
