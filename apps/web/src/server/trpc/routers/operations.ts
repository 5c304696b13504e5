import { getOperation, getOperationInput, retryOperation, retryOperationInput } from '@rollcall/services'
import { accepts } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

export const operations = router({
  get: procedure
    .permission('read')
    .input(accepts(getOperationInput))
    .query(({ ctx, input }) => getOperation(ctx.service, input)),
  retry: procedure
    .permission('operate')
    .input(accepts(retryOperationInput))
    .mutation(({ ctx, input }) => retryOperation(ctx.service, input)),
})
