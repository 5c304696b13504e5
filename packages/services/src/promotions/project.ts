import { derivePromotionState, type PromotionFacts, promotionHeadline } from '@rollcall/rollout'
import { lockIdempotencyKey, type Tx } from '@rollcall/store'
import { factsOf, type PromotionRow, withMoves } from './facts.ts'

/** One transaction at a time decides about the promotions of a set. */
export function lockImageSet(tx: Tx, imageSet: string): Promise<void> {
  return lockIdempotencyKey(tx, `image set ${imageSet}`)
}

/** Writes state and headline as they follow from what stands in the journal now: they are a cache, never a claim. */
export async function refreshPromotion(tx: Tx, id: string): Promise<PromotionRow> {
  const row = await tx.db.promotion.findUniqueOrThrow({ where: { id }, ...withMoves })
  const facts: PromotionFacts = factsOf(row)
  const [state, headline] = [derivePromotionState(facts), promotionHeadline(facts)]
  if (row.state === state && row.headline === headline) return row
  await tx.db.promotion.update({ where: { id }, data: { state, headline } })
  return { ...row, state, headline }
}
