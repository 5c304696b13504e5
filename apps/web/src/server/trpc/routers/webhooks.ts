import {
  getDelivery,
  getDeliveryInput,
  listChecks,
  listChecksInput,
  listDeliveries,
  listDeliveriesInput,
  listEndpoints,
  replayDelivery,
  replayDeliveryInput,
} from '@rollcall/services'
import { receiverOf } from '../../../hooks/receiver-facts.ts'
import { replayOverrides } from '../../overrides.ts'
import { accepts, acceptsPage } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.may('read', 'anywhere')

export const webhooks = router({
  endpoints: read.query(({ ctx }) => listEndpoints(ctx.service, receiverOf(ctx.deps))),
  deliveries: read
    .input(acceptsPage(listDeliveriesInput))
    .query(({ ctx, input }) => listDeliveries(ctx.service, input)),
  delivery: read.input(accepts(getDeliveryInput)).query(({ ctx, input }) => getDelivery(ctx.service, input)),
  replay: procedure
    .may('webhook.replay', 'everywhere', replayOverrides)
    .input(accepts(replayDeliveryInput))
    .mutation(({ ctx, input }) => replayDelivery(ctx.service, input)),
})

export const checks = router({
  list: read.input(accepts(listChecksInput)).query(({ ctx, input }) => listChecks(ctx.service, input)),
})
