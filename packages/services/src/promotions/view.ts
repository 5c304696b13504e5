import type { CommitOrder } from '@rollcall/rollout'
import {
  derivePromotionState,
  isPromotionSettled,
  movedOf,
  type PromotionFacts,
  type PromotionFailure,
  type PromotionState,
  type PromotionTrigger,
  promotionActions,
  promotionBecause,
  promotionHeadline,
  repairLines,
  tagStateOf,
} from '@rollcall/rollout'
import type { GateView } from '../checks/views.ts'
import type { Context, Reader } from '../context.ts'
import { seenSlugs } from '../sees.ts'
import { surroundingsOf } from './around.ts'
import { factsOf, overrideOf, type PromotionRow, planOf, withMoves } from './facts.ts'
import { promotionNotFound } from './not-found.ts'
import type { PromotionMoveView, PromotionRowView, PromotionView } from './views.ts'

const iso = (at: Date | null) => at?.toISOString() ?? null

/** One promotion as its journal says; throws `not_found`. */
export async function promotionView(db: Reader, id: string, now: Date): Promise<PromotionView> {
  const row = await db.promotion.findUnique({ where: { id }, ...withMoves })
  if (!row) throw promotionNotFound(id)
  const facts = factsOf(row)
  const plan = planOf(row)
  const [around, component] = await Promise.all([
    surroundingsOf(db, row),
    row.componentId === null ? null : db.component.findUnique({ where: { id: row.componentId } }),
  ])
  const { url, usernameEnv, passwordEnv } = plan.registry
  const refusal = row.applyRefusal as { message: string; remedy: string | null; temporary: boolean } | null
  return {
    ...promotionRow(row),
    state: derivePromotionState(facts),
    headline: promotionHeadline(facts),
    component: component?.slug ?? plan.set.component,
    registry: url,
    override: overrideOf(row),
    because: promotionBecause(facts),
    warnings: plan.warnings,
    heldBy: [...facts.heldBy],
    orderDetail: row.orderDetail,
    gate: row.gate as GateView | null,
    moves: row.moves.map((move) => moveView(move, facts)),
    moved: movedOf(facts),
    failure: row.failure as PromotionFailure | null,
    repair: repairLines(facts, { url, usernameEnv, passwordEnv }),
    precheckedAt: iso(row.precheckedAt),
    movingAt: iso(row.movingAt),
    verifyingAt: iso(row.verifyingAt),
    compensatingAt: iso(row.compensatingAt),
    repairedAt: iso(row.repairedAt),
    repairedBy: row.repairedBy,
    applyId: row.applyId,
    applyRefusal: refusal && { message: refusal.message, remedy: refusal.remedy, temporary: refusal.temporary },
    actions: promotionActions(facts, around),
    asOf: now.toISOString(),
  }
}

/**
 * The same for whoever asks: the apply that follows, or why there is none, is told to those who may read the environment
 * in which it is.
 */
export async function shownPromotion(ctx: Context, db: Reader, id: string): Promise<PromotionView> {
  const view = await promotionView(db, id, ctx.now())
  const slugs = await seenSlugs(ctx, db)
  const row = slugs && (await db.promotion.findUnique({ where: { id }, select: { plan: true } }))
  const then = row ? planOf(row).set.thenApply : null
  return then === null || slugs?.has(then.environment) ? view : { ...view, applyId: null, applyRefusal: null }
}

/** What lists are made of. */
export function promotionRow(row: PromotionRow): PromotionRowView {
  const facts = factsOf(row)
  return {
    id: row.id,
    set: row.imageSet,
    sha: row.sha,
    trigger: row.trigger as PromotionTrigger,
    undoOf: row.undoOfId,
    dryRun: row.dryRun,
    state: row.state as PromotionState,
    settled: isPromotionSettled(facts),
    headline: row.headline,
    order: row.order as CommitOrder | null,
    destinationTag: planOf(row).set.destinationTag,
    images: row.moves.length,
    openedBy: row.openedBy,
    openedAt: row.openedAt.toISOString(),
    endedAt: iso(row.endedAt),
    needsPerson: row.state === 'torn',
  }
}

function moveView(move: PromotionRow['moves'][number], facts: PromotionFacts): PromotionMoveView {
  return {
    repository: move.repository,
    sourceTag: move.sourceTag,
    sourceDigest: move.sourceDigest,
    destinationTag: move.destinationTag,
    previousDigest: move.previousDigest,
    previousRevision: move.previousRevision,
    observedDigest: move.observedDigest,
    observedAt: iso(move.observedAt),
    foreignDigest: move.foreignDigest,
    snapshotTag: move.snapshotAt === null ? null : move.snapshotTag,
    state: tagStateOf(move, facts),
    readAt: iso(move.readAt),
    intendedAt: iso(move.intendedAt),
    movedAt: iso(move.movedAt),
    verifiedAt: iso(move.verifiedAt),
    restoredAt: iso(move.restoredAt),
    failure: move.failure,
  }
}
