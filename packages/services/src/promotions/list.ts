import { promotionStates } from '@rollcall/rollout'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, limit, slug } from '../fields.ts'
import { cursor, decodeCursor, pageOf } from '../reads/pages.ts'
import type { Page } from '../views.ts'
import { withMoves } from './facts.ts'
import { promotionRow, shownPromotion } from './view.ts'
import type { PromotionRowView, PromotionView } from './views.ts'

const state = z.enum(promotionStates, { error: `must be one of ${promotionStates.join(', ')}` })

export const listPromotionsInput = z.strictObject({
  set: slug.optional(),
  state: z.union([state.transform((one) => [one]), z.array(state).max(20)]).optional(),
  cursor: cursor.optional(),
  limit,
})

/** Promotions, newest first, by page. A filter that nothing matches gives an empty page. */
export async function listPromotions(ctx: Context, input: unknown = {}): Promise<Page<PromotionRowView>> {
  const asked = parse(listPromotionsInput, input)
  const before = decodeCursor(asked.cursor, /^prm_[0-9a-z]+$/)
  const rows = await ctx.store.db.promotion.findMany({
    where: {
      ...(asked.set ? { imageSet: asked.set } : {}),
      ...(asked.state ? { state: { in: asked.state } } : {}),
      ...(before ? { id: { lt: before } } : {}),
    },
    orderBy: { id: 'desc' },
    take: asked.limit + 1,
    ...withMoves,
  })
  return pageOf(rows, asked.limit, (row) => row.id, promotionRow)
}

export const getPromotionInput = z.strictObject({ id })

/** One promotion with its journal and everything that explains it. */
export async function getPromotion(ctx: Context, input: unknown): Promise<PromotionView> {
  return shownPromotion(ctx, ctx.store.db, parse(getPromotionInput, input).id)
}
