import { transact } from '@rollcall/store'
import { z } from 'zod'
import type { Context, Reader } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { id, reason } from '../fields.ts'
import { actionsOf, broughtBy } from './around.ts'
import { endUnmoved } from './end.ts'
import { factsOf, type PromotionRow, planOf, withMoves } from './facts.ts'
import { promotionNotFound } from './not-found.ts'
import { insertPromotion } from './open.ts'
import { lockImageSet } from './project.ts'
import { shownPromotion } from './view.ts'
import type { PromotionView } from './views.ts'

export const undoPromotionInput = z.strictObject({ id, reason: reason.optional() })

/**
 * Takes a promotion back: one that has not begun is withdrawn, one that is done gets a new promotion that moves the set to
 * the digests of before. Answers the promotion that undoes, or the withdrawn one. Refused when something newer stands there.
 */
export async function undoPromotion(ctx: Context, input: unknown): Promise<PromotionView> {
  const asked = parse(undoPromotionInput, input)
  const found = await ctx.store.db.promotion.findUnique({ where: { id: asked.id }, select: { imageSet: true } })
  if (!found) throw promotionNotFound(asked.id)
  return transact(ctx.store, async (tx) => {
    await lockImageSet(tx, found.imageSet)
    // a driver that is about to write its first intent waits here, and finds what was decided
    await tx.db.promotion.updateMany({ where: { id: asked.id }, data: { imageSet: found.imageSet } })
    const row = await tx.db.promotion.findUniqueOrThrow({ where: { id: asked.id }, ...withMoves })
    const { undo } = await actionsOf(tx.db, row, factsOf(row))
    if (!undo.allowed) throw new ServiceError('refused', undo.why, { field: 'id', remedy: undo.unblock })
    if (row.endedAt === null) {
      await endUnmoved(tx, ctx, row.id, {
        rule: 'withdrawn',
        message: `${ctx.actor.name} withdrew it.`,
        remedy: 'Promote it again when it is wanted.',
      })
      return shownPromotion(ctx, tx.db, row.id)
    }
    const { set, registry } = planOf(row)
    const images = row.moves.map(({ repository }) => repository)
    const undoing = await insertPromotion(
      tx,
      ctx,
      { set: { ...set, images }, registry, gate: null, componentId: row.componentId },
      {
        sha: await commitBefore(tx.db, row),
        trigger: 'undo',
        dryRun: false,
        override: null,
        dedupeKey: null,
        undo: {
          ofId: row.id,
          digests: row.moves.map(({ previousDigest }) => previousDigest ?? ''),
          expected: row.moves.map(({ sourceDigest }) => sourceDigest),
        },
      },
    )
    return shownPromotion(ctx, tx.db, undoing)
  })
}

/** The commit that it goes back to: by the journal, by the label, or else only named after the one that is undone. */
async function commitBefore(db: Reader, { imageSet, moves, sha }: PromotionRow): Promise<string> {
  for (const { repository, previousDigest, previousRevision } of moves) {
    const brought = previousDigest === null ? null : await broughtBy(db, imageSet, repository, previousDigest)
    const commit = brought ?? previousRevision
    if (commit !== null) return commit
  }
  return sha
}
