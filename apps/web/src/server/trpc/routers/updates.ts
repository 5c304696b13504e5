import {
  countUpdates,
  countUpdatesInput,
  deployUpdate,
  deployUpdateInput,
  externalDeploys,
  forceUpdate,
  forceUpdateInput,
  getUpdate,
  getUpdateInput,
  listSlots,
  listSlotsInput,
  listUpdates,
  listUpdatesInput,
  receiveUpdate,
  receiveUpdateInput,
  rollBackExternal,
  rollBackExternalInput,
} from '@rollcall/services'
import { accepts, acceptsPage } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.permission('read')
const operate = procedure.permission('operate')

export const updates = router({
  list: read.input(acceptsPage(listUpdatesInput)).query(({ ctx, input }) => listUpdates(ctx.service, input)),
  counts: read.input(accepts(countUpdatesInput)).query(({ ctx, input }) => countUpdates(ctx.service, input)),
  get: read.input(accepts(getUpdateInput)).query(({ ctx, input }) => getUpdate(ctx.service, input)),
  slots: read.input(accepts(listSlotsInput)).query(({ ctx, input }) => listSlots(ctx.service, input)),
  /** what may be updated, as the configuration has it */
  deploys: read.query(({ ctx }) => externalDeploys(ctx.service)),
  receive: operate.input(accepts(receiveUpdateInput)).mutation(({ ctx, input }) => receiveUpdate(ctx.service, input)),
  deploy: operate.input(accepts(deployUpdateInput)).mutation(({ ctx, input }) => deployUpdate(ctx.service, input)),
  force: operate.input(accepts(forceUpdateInput)).mutation(({ ctx, input }) => forceUpdate(ctx.service, input)),
  rollBack: operate
    .input(accepts(rollBackExternalInput))
    .mutation(({ ctx, input }) => rollBackExternal(ctx.service, input)),
})
