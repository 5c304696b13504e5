import { type PromotionFacts, type PromotionSurroundings, promotionActions } from '@rollcall/rollout'
import type { Reader } from '../context.ts'
import { factsOf, type PromotionRow } from './facts.ts'

/** The promotion that left a set torn, as long as nobody has repaired it. */
export function tornOf(db: Reader, imageSet: string) {
  return db.promotion.findFirst({
    where: { imageSet, state: 'torn' },
    orderBy: { id: 'desc' },
    select: { id: true, sha: true },
  })
}

/** The last promotion of a set that was done, undos included. */
export function lastDone(db: Reader, imageSet: string) {
  return db.promotion.findFirst({
    where: { imageSet, state: 'done', dryRun: false },
    orderBy: [{ endedAt: 'desc' }, { id: 'desc' }],
    select: { id: true, sha: true, endedAt: true, componentId: true },
  })
}

/** The promotion of a set that a driver has, or had when it died. At most one has begun at a time. */
export function activeOf(db: Reader, imageSet: string) {
  return db.promotion.findFirst({
    where: { imageSet, endedAt: null, token: { not: null } },
    select: { id: true, sha: true, state: true },
  })
}

/** What is so around a promotion in its set: it decides about its actions. */
export async function surroundingsOf(db: Reader, row: PromotionRow): Promise<PromotionSurroundings> {
  const [later, tornBy] = await Promise.all([
    row.endedAt === null
      ? null
      : db.promotion.findFirst({
          where: {
            imageSet: row.imageSet,
            dryRun: false,
            id: { not: row.id },
            OR: [
              { state: 'done', endedAt: { gte: row.endedAt }, id: { gt: row.id } },
              { state: 'done', endedAt: { gt: row.endedAt } },
              { endedAt: null, OR: [{ token: { not: null } }, { undoOfId: row.id }] },
            ],
          },
          orderBy: { id: 'desc' },
          select: { id: true, sha: true, endedAt: true, undoOfId: true },
        }),
    tornOf(db, row.imageSet),
  ])
  return {
    later: later && {
      id: later.id,
      sha: later.sha,
      settled: later.endedAt !== null,
      undoes: later.undoOfId === row.id,
    },
    tornBy,
  }
}

export async function actionsOf(db: Reader, row: PromotionRow, facts: PromotionFacts = factsOf(row)) {
  return promotionActions(facts, await surroundingsOf(db, row))
}

/** The commit that a promotion of this set brought to a tag as this digest; null: none did. */
export async function broughtBy(db: Reader, imageSet: string, repository: string, sourceDigest: string) {
  const move = await db.promotionMove.findFirst({
    where: {
      repository,
      sourceDigest,
      promotion: { imageSet, state: 'done', dryRun: false, trigger: { not: 'undo' } },
    },
    orderBy: { promotionId: 'desc' },
    select: { promotion: { select: { sha: true } } },
  })
  return move?.promotion.sha ?? null
}
