import type { PromotionFacts, PromotionFailure } from '@rollcall/rollout'
import type { Prisma, Tx } from '@rollcall/store'
import type { Context } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import { writeJournal } from './journal.ts'
import type { PromotionDrive } from './take.ts'

type Journalled = Promise<PromotionFacts | null>
type MoveData = Prisma.PromotionMoveUncheckedUpdateInput

const writeMove = (tx: Tx, { id }: PromotionDrive, position: number, data: MoveData) =>
  tx.db.promotionMove.update({ where: { promotionId_position: { promotionId: id, position } }, data })

/** What was there before is kept under its dated tag, by us or by whoever promoted earlier that day. */
export function recordSnapshot(ctx: Context, drive: PromotionDrive, position: number): Journalled {
  return writeJournal(ctx, drive, (tx, now) => writeMove(tx, drive, position, { snapshotAt: now }))
}

/** Why a promotion goes no further although nothing was moved. */
export function recordRefusal(ctx: Context, drive: PromotionDrive, failure: PromotionFailure): Journalled {
  return writeJournal(ctx, drive, (tx) =>
    tx.db.promotion.update({ where: { id: drive.id }, data: { failure: storedFailure(failure) } }),
  )
}

/** Written before the registry is asked to move a tag: from here on nobody knows where it is until somebody looks. */
export function recordIntent(ctx: Context, drive: PromotionDrive, position: number): Journalled {
  return writeJournal(ctx, drive, async (tx, now) => {
    await tx.db.promotion.updateMany({ where: { id: drive.id, movingAt: null }, data: { movingAt: now } })
    await writeMove(tx, drive, position, { intendedAt: now, observedDigest: null, observedAt: null, failure: null })
  })
}

/** The tag was seen at its new digest after it was written, or was there already. */
export function recordMoved(ctx: Context, drive: PromotionDrive, position: number, digest: string | null): Journalled {
  return writeJournal(ctx, drive, async (tx, now) => {
    await tx.db.promotion.updateMany({ where: { id: drive.id, movingAt: null }, data: { movingAt: now } })
    await writeMove(tx, drive, position, { movedAt: now, observedDigest: digest, observedAt: now, failure: null })
  })
}

/** Why a try did not work; it may be tried again. */
export function recordTrouble(ctx: Context, drive: PromotionDrive, position: number, message: string): Journalled {
  return writeJournal(ctx, drive, (tx) => writeMove(tx, drive, position, { failure: foreignText(message, 500) }))
}

/** Everything is moved; from here on every tag is looked at once more. */
export function beginVerifying(ctx: Context, drive: PromotionDrive): Journalled {
  return writeJournal(ctx, drive, (tx, now) =>
    tx.db.promotion.update({ where: { id: drive.id }, data: { verifyingAt: now } }),
  )
}

/** The tag was seen at its new digest when all had been moved. */
export function recordVerified(
  ctx: Context,
  drive: PromotionDrive,
  position: number,
  digest: string | null,
): Journalled {
  return writeJournal(ctx, drive, (tx, now) =>
    writeMove(tx, drive, position, { verifiedAt: now, observedDigest: digest, observedAt: now }),
  )
}

/** From here on everything is put back. `foreign`: the tag that somebody else has moved, which is left alone. */
export function beginCompensating(
  ctx: Context,
  drive: PromotionDrive,
  failure: PromotionFailure,
  foreign: { position: number; digest: string | null } | null,
): Journalled {
  return writeJournal(ctx, drive, async (tx, now) => {
    await tx.db.promotion.update({
      where: { id: drive.id },
      data: { compensatingAt: now, failure: storedFailure(failure) },
    })
    if (foreign) await writeMove(tx, drive, foreign.position, foreignData(foreign.digest, now))
  })
}

/** Written before the registry is asked to put a tag back. */
export function recordRestoreIntent(ctx: Context, drive: PromotionDrive, position: number): Journalled {
  return writeJournal(ctx, drive, (tx, now) =>
    writeMove(tx, drive, position, { restoreIntendedAt: now, observedDigest: null, observedAt: null }),
  )
}

/** The tag was seen where it was before. */
export function recordRestored(
  ctx: Context,
  drive: PromotionDrive,
  position: number,
  digest: string | null,
): Journalled {
  return writeJournal(ctx, drive, (tx, now) =>
    writeMove(tx, drive, position, { restoredAt: now, observedDigest: digest, observedAt: now }),
  )
}

/** Somebody else has moved the tag: it is reported, and left alone. */
export function recordForeign(
  ctx: Context,
  drive: PromotionDrive,
  position: number,
  digest: string | null,
): Journalled {
  return writeJournal(ctx, drive, (tx, now) => writeMove(tx, drive, position, foreignData(digest, now)))
}

/** The word for a tag that somebody else took away. */
export const takenAway = 'nothing'

const foreignData = (digest: string | null, now: Date): MoveData => ({
  foreignDigest: digest ?? takenAway,
  observedDigest: digest,
  observedAt: now,
})

export const storedFailure = (failure: PromotionFailure): Prisma.InputJsonValue => ({
  rule: failure.rule,
  message: foreignText(failure.message, 1_000),
  remedy: failure.remedy,
  repository: failure.repository ?? null,
})
