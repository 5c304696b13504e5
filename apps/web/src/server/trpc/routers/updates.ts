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
import { at } from '../../access.ts'
import { deployOverrides, forceOverrides, updateOverrides } from '../../overrides.ts'
import { accepts, acceptsPage } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.may('read', 'anywhere')

export const updates = router({
  list: read.input(acceptsPage(listUpdatesInput)).query(({ ctx, input }) => listUpdates(ctx.service, input)),
  counts: read.input(accepts(countUpdatesInput)).query(({ ctx, input }) => countUpdates(ctx.service, input)),
  get: procedure
    .may('read', at.update())
    .input(accepts(getUpdateInput))
    .query(({ ctx, input }) => getUpdate(ctx.service, input)),
  slots: read.input(accepts(listSlotsInput)).query(({ ctx, input }) => listSlots(ctx.service, input)),
  /** what may be updated, as the configuration has it */
  deploys: read.query(({ ctx }) => externalDeploys(ctx.service)),
  receive: procedure
    .may('update.receive', at.environment(), updateOverrides)
    .input(accepts(receiveUpdateInput))
    .mutation(({ ctx, input }) => receiveUpdate(ctx.service, input)),
  deploy: procedure
    .may('update.deploy', at.update(), deployOverrides)
    .input(accepts(deployUpdateInput))
    .mutation(({ ctx, input }) => deployUpdate(ctx.service, input)),
  force: procedure
    .may('update.force', at.update(), forceOverrides)
    .input(accepts(forceUpdateInput))
    .mutation(({ ctx, input }) => forceUpdate(ctx.service, input)),
  rollBack: procedure
    .may('update.roll_back', at.environment())
    .input(accepts(rollBackExternalInput))
    .mutation(({ ctx, input }) => rollBackExternal(ctx.service, input)),
})
