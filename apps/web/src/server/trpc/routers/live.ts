import { getLiveness, watchWorld } from '@rollcall/services'
import { tracked } from '@trpc/server'
import { z } from 'zod'
import { procedure, router } from '../trpc.ts'
import { untilGone } from '../until.ts'

const read = procedure.permission('read')

export const live = router({
  status: read.query(({ ctx }) => getLiveness(ctx.service)),

  /** Something changed somewhere; `kinds` says what sort of thing. For screens that show more than one apply. */
  watch: read
    .input(
      z
        .object({
          lastEventId: z
            .string()
            .regex(/^\d{1,18}$/)
            .nullish(),
        })
        .optional(),
    )
    .subscription(async function* ({ ctx, input, signal }) {
      const afterId = input?.lastEventId ?? undefined
      for await (const news of watchWorld(ctx.service, { afterId }, untilGone(signal))) yield tracked(news.id, news)
    }),
})
