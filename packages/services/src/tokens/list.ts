import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { limit } from '../fields.ts'
import { cursor, decodeCursor, pageOf } from '../reads/pages.ts'
import type { Page } from '../views.ts'
import { managesTokens } from './get.ts'
import { forView, seenById, tokenView } from './view.ts'
import type { TokenView } from './views.ts'

export const listTokensInput = z.strictObject({
  /** people: made by hand · pipelines: exchanged under a trust, each good for minutes */
  of: z.enum(['people', 'pipelines'], { error: 'must be people or pipelines' }).default('people'),
  cursor: cursor.optional(),
  limit,
})

/** Tokens, newest first, with those that have ended: one's own, or with token.manage everybody's. */
export async function listTokens(ctx: Context, input: unknown): Promise<Page<TokenView>> {
  const { of, cursor, limit } = parse(listTokensInput, input)
  const { db } = ctx.store
  const before = decodeCursor(cursor, /^tok_[0-9a-z]{1,32}$/)
  const mine = { OR: [{ ownerId: ctx.actor.id ?? '' }, { id: ctx.actor.id ?? '' }] }
  const rows = await db.apiToken.findMany({
    where: {
      trustId: of === 'people' ? null : { not: null },
      ...(managesTokens(ctx) ? {} : mine),
      ...(before === null ? {} : { id: { lt: before } }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
    include: forView,
  })
  const slugs = await seenById(db, ctx)
  return pageOf(
    rows,
    limit,
    ({ id }) => id,
    (row) => tokenView(ctx, row, slugs),
  )
}
