import { type ApplyVerb, applyVerbCapability } from '@rollcall/rollout'
import {
  approveApply,
  approveApplyInput,
  cancelApply,
  cancelApplyInput,
  getApply,
  getApplyInput,
  listApplies,
  listAppliesInput,
  listOperations,
  listOperationsInput,
  openApply,
  openApplyInput,
  previewApply,
  rejectApply,
  rejectApplyInput,
  releaseApply,
  releaseApplyInput,
  retryApply,
  retryApplyInput,
  stopApply,
  stopApplyInput,
  watchApply,
} from '@rollcall/services'
import { tracked } from '@trpc/server'
import { z } from 'zod'
import { at } from '../../access.ts'
import { applyOverrides } from '../../overrides.ts'
import { accepts, acceptsPage } from '../accepts.ts'
import { streamUntilGone } from '../stream.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.may('read', at.apply())
const decide = (verb: ApplyVerb) => procedure.may(applyVerbCapability[verb], at.apply())

export const applies = router({
  list: procedure
    .may('read', 'anywhere')
    .input(acceptsPage(listAppliesInput))
    .query(({ ctx, input }) => listApplies(ctx.service, input)),
  get: read.input(accepts(getApplyInput)).query(({ ctx, input }) => getApply(ctx.service, input)),
  operations: procedure
    .may('read', at.apply('applyId'))
    .input(acceptsPage(listOperationsInput))
    .query(({ ctx, input }) => listOperations(ctx.service, input)),
  preview: procedure
    .may('read', at.environment())
    .input(accepts(openApplyInput))
    .query(({ ctx, input }) => previewApply(ctx.service, input)),
  open: procedure
    .may('apply.open', at.environment(), applyOverrides)
    .input(accepts(openApplyInput))
    .mutation(({ ctx, input }) => openApply(ctx.service, input)),
  approve: decide('approve')
    .input(accepts(approveApplyInput))
    .mutation(({ ctx, input }) => approveApply(ctx.service, input)),
  reject: decide('reject')
    .input(accepts(rejectApplyInput))
    .mutation(({ ctx, input }) => rejectApply(ctx.service, input)),
  release: decide('release')
    .input(accepts(releaseApplyInput))
    .mutation(({ ctx, input }) => releaseApply(ctx.service, input)),
  retry: decide('retry')
    .input(accepts(retryApplyInput))
    .mutation(({ ctx, input }) => retryApply(ctx.service, input)),
  stop: decide('stop')
    .input(accepts(stopApplyInput))
    .mutation(({ ctx, input }) => stopApply(ctx.service, input)),
  cancel: decide('cancel')
    .input(accepts(cancelApplyInput))
    .mutation(({ ctx, input }) => cancelApply(ctx.service, input)),

  /**
   * "Apply N changed: look again." The event id is the change's number. A screen names the `changeSeq` it has drawn as
   * `lastEventId` and so misses nothing; without it the stream begins with what happens next.
   */
  watch: read
    .input(
      z.object({
        id: z.string(),
        lastEventId: z
          .string()
          .regex(/^\d{1,9}$/)
          .nullish(),
      }),
    )
    .subscription(async function* ({ ctx, input, signal }) {
      const afterSeq = input.lastEventId == null ? undefined : Number(input.lastEventId)
      const { id } = input
      const changes = streamUntilGone({ ctx, signal }, (until) => watchApply(ctx.service, { id, afterSeq }, until))
      for await (const change of changes) {
        yield tracked(String(change.seq), change)
      }
    }),
})
