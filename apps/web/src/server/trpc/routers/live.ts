import { getLiveness, watchWorld } from '@rollcall/services'
import { tracked } from '@trpc/server'
import { z } from 'zod'
import { procedure, router, toldAsFault } from '../trpc.ts'
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
      const changes = watchWorld(ctx.service, { afterId }, untilGone(signal))
      for await (const news of toldAsFault(changes)) yield tracked(news.id, news)
    }),
})
