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
import { z } from 'zod'
import { may } from '../../server/access.ts'
import { promotionOverrides } from '../../server/overrides.ts'
import { apiRoot } from '../dispatch.ts'
import { gives, type Route } from '../route.ts'

const noun = 'promotion'

const whole = (list: (context: Parameters<Route['handle']>[0]) => Promise<object>): Route['handle'] => {
  return async (context) => ({ status: 200, body: { ...(await list(context)), nextCursor: null } })
}

export const promotionRoutes: Route[] = [
  {
    method: 'POST',
    path: '/promotions',
    access: may('promotion.open', 'everywhere', promotionOverrides),
    summary: 'Promote the set of images of a commit, all or nothing',
    input: openPromotionInput,
    answers: { 201: 'The promotion that was opened' },
    async handle(context, input) {
      const promotion = await openPromotion(context, input)
      return { status: 201, body: promotion, headers: { location: `${apiRoot}/promotions/${promotion.id}` } }
    },
  },
  {
    method: 'GET',
    path: '/promotions',
    access: may('read', 'anywhere'),
    summary: 'List promotions, newest first',
    input: listPromotionsInput,
    query: { set: 'text', state: 'list', cursor: 'text', limit: 'number' },
    answers: { 200: 'A page of promotions' },
    handle: gives(listPromotions),
  },
  {
    method: 'GET',
    path: '/promotions/:id',
    access: may('read', 'anywhere'),
    summary: 'Read one promotion: its state, why, its gate and the journal of every image',
    input: getPromotionInput,
    answers: { 200: 'The promotion' },
    noun,
    handle: gives(getPromotion),
  },
  {
    method: 'POST',
    path: '/promotions/:id/undo',
    access: may('promotion.undo', 'everywhere'),
    summary: 'Take a promotion back: withdraw one that has not begun, or move the set to what it was before',
    input: undoPromotionInput,
    answers: { 201: 'The promotion that undoes it', 200: 'The promotion that was withdrawn' },
    noun,
    async handle(context, input) {
      const promotion = await undoPromotion(context, input)
      if (promotion.id === input.id) return { status: 200, body: promotion }
      return { status: 201, body: promotion, headers: { location: `${apiRoot}/promotions/${promotion.id}` } }
    },
  },
  {
    method: 'POST',
    path: '/promotions/:id/repair',
    access: may('promotion.undo', 'everywhere'),
    summary: 'Have a torn set looked at again after it was repaired by hand',
    input: repairPromotionInput,
    answers: { 200: 'The promotion; it is unlocked when the registry shows a whole set' },
    noun,
    handle: gives(repairPromotion),
  },
  {
    method: 'GET',
    path: '/image-sets',
    access: may('read', 'anywhere'),
    summary: 'List the image sets: what their tags are now, since when, and what may be promoted',
    input: z.strictObject({}),
    answers: { 200: 'All image sets' },
    handle: whole(listImageSets),
  },
  {
    method: 'GET',
    path: '/alerts',
    access: may('read', 'anywhere'),
    summary: 'List the alerts that stand, those that page first',
    input: z.strictObject({}),
    answers: { 200: 'All standing alerts' },
    handle: whole(listAlerts),
  },
]
