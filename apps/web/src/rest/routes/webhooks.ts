import {
  getDelivery,
  getDeliveryInput,
  listDeliveries,
  listDeliveriesInput,
  listEndpoints,
  replayDelivery,
  replayDeliveryInput,
} from '@rollcall/services'
import { z } from 'zod'
import { receiverOf } from '../../hooks/receiver-facts.ts'
import { may } from '../../server/access.ts'
import { replayOverrides } from '../../server/overrides.ts'
import { apiRoot } from '../dispatch.ts'
import { gives, type Route } from '../route.ts'

const noun = 'delivery'

export const webhookRoutes: Route[] = [
  {
    method: 'GET',
    path: '/webhooks',
    access: may('read', 'anywhere'),
    summary: 'List the endpoints that receive webhooks, and what came to each in the last 24 hours',
    input: z.strictObject({}),
    answers: { 200: 'All endpoints' },
    async handle(context, _input, deps) {
      return { status: 200, body: { ...(await listEndpoints(context, receiverOf(deps))), nextCursor: null } }
    },
  },
  {
    method: 'GET',
    path: '/webhooks/deliveries',
    access: may('read', 'anywhere'),
    summary: 'List webhook deliveries, newest first',
    input: listDeliveriesInput,
    query: { endpoint: 'text', verdict: 'text', cursor: 'text', limit: 'number' },
    answers: { 200: 'A page of deliveries' },
    handle: gives(listDeliveries),
  },
  {
    method: 'GET',
    path: '/webhooks/deliveries/:id',
    access: may('read', 'anywhere'),
    summary: 'Read one delivery: what it brought and what it led to',
    input: getDeliveryInput,
    answers: { 200: 'The delivery' },
    noun,
    handle: gives(getDelivery),
  },
  {
    method: 'POST',
    path: '/webhooks/deliveries/:id/replay',
    access: may('webhook.replay', 'everywhere', replayOverrides),
    summary: 'Take a stored delivery once more',
    input: replayDeliveryInput,
    answers: { 201: 'The new delivery' },
    noun,
    async handle(context, input) {
      const delivery = await replayDelivery(context, input)
      const location = `${apiRoot}/webhooks/deliveries/${delivery.id}`
      return { status: 201, body: delivery, headers: { location } }
    },
  },
]
