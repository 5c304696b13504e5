import {
  getPromotion,
  getPromotionInput,
  listAlerts,
  listImageSets,
  listPromotions,
  listPromotionsInput,
  openPromotion,
  openPromotionInput,
  repairPromotion,
  repairPromotionInput,
  undoPromotion,
  undoPromotionInput,
} from '@rollcall/services'
import { promotionOverrides } from '../../overrides.ts'
import { accepts, acceptsPage } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.may('read', 'anywhere')
const undo = procedure.may('promotion.undo', 'everywhere')

export const promotions = router({
  list: read.input(acceptsPage(listPromotionsInput)).query(({ ctx, input }) => listPromotions(ctx.service, input)),
  get: read.input(accepts(getPromotionInput)).query(({ ctx, input }) => getPromotion(ctx.service, input)),
  sets: read.query(({ ctx }) => listImageSets(ctx.service)),
  open: procedure
    .may('promotion.open', 'everywhere', promotionOverrides)
    .input(accepts(openPromotionInput))
    .mutation(({ ctx, input }) => openPromotion(ctx.service, input)),
  undo: undo.input(accepts(undoPromotionInput)).mutation(({ ctx, input }) => undoPromotion(ctx.service, input)),
  repair: undo.input(accepts(repairPromotionInput)).mutation(({ ctx, input }) => repairPromotion(ctx.service, input)),
})

export const alerts = router({
  list: read.query(({ ctx }) => listAlerts(ctx.service)),
})
