import { sinceYouLeft, sinceYouLeftInput } from '@rollcall/services'
import { markdownFor } from '../../since-markdown.ts'
import { accepts } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

export const since = router({
  get: procedure
    .may('read', 'anywhere')
    .input(accepts(sinceYouLeftInput))
    .query(async ({ ctx, input }) => {
      const view = await sinceYouLeft(ctx.service, input)
      return { ...view, markdown: markdownFor(ctx.deps, view) }
    }),
})
