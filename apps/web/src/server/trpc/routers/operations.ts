import { getOperation, getOperationInput, retryOperation, retryOperationInput } from '@rollcall/services'
import { at } from '../../access.ts'
import { accepts } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

export const operations = router({
  get: procedure
    .may('read', at.operation())
    .input(accepts(getOperationInput))
    .query(({ ctx, input }) => getOperation(ctx.service, input)),
  retry: procedure
    .may('apply.retry', at.operation())
    .input(accepts(retryOperationInput))
    .mutation(({ ctx, input }) => retryOperation(ctx.service, input)),
})
