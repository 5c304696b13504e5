import { getFleet, getFleetInput, getTarget, getTargetInput, sweepNow, sweepNowInput } from '@rollcall/services'
import { at } from '../../access.ts'
import { accepts } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.may('read', at.environment())

export const fleet = router({
  get: read.input(accepts(getFleetInput)).query(({ ctx, input }) => getFleet(ctx.service, input)),
  sweep: procedure
    .may('fleet.sweep', at.environment())
    .input(accepts(sweepNowInput))
    .mutation(({ ctx, input }) => sweepNow(ctx.service, input)),
})

export const targets = router({
  get: read.input(accepts(getTargetInput)).query(({ ctx, input }) => getTarget(ctx.service, input)),
})
