import { getLiveness, watchWorld } from '@rollcall/services'
import { tracked } from '@trpc/server'
import { z } from 'zod'
import { streamUntilGone } from '../stream.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.may('read', 'anywhere')

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
      const changes = streamUntilGone({ ctx, signal }, (until) => watchWorld(ctx.service, { afterId }, until))
      for await (const news of changes) yield tracked(news.id, news)
    }),
})
