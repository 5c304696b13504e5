import type { Prisma } from '@rollcall/store'
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

/**
 * Tokens: those that let somebody in, newest first, then those that have ended, newest first, so that none that is live is
 * out of sight behind old ones. One's own, or with token.manage everybody's.
 */
export async function listTokens(ctx: Context, input: unknown): Promise<Page<TokenView>> {
  const { of, cursor, limit } = parse(listTokensInput, input)
  const { db } = ctx.store
  const after = decodeCursor(cursor, /^(?:live|ended) tok_[0-9a-z]{1,32}$/)?.split(' ')
  const mine = { OR: [{ ownerId: ctx.actor.id ?? '' }, { id: ctx.actor.id ?? '' }] }
  const find = (state: 'live' | 'ended', take: number) =>
    db.apiToken.findMany({
      where: {
        AND: [
          { trustId: of === 'people' ? null : { not: null } },
          state === 'live' ? live(ctx.now()) : { NOT: live(ctx.now()) },
          managesTokens(ctx) ? {} : mine,
          after?.[0] === state ? { id: { lt: after[1] as string } } : {},
        ],
      },
      orderBy: { id: 'desc' },
      take,
      include: forView,
    })
  const first = after?.[0] === 'ended' ? [] : await find('live', limit + 1)
  const rows = [...first, ...(first.length > limit ? [] : await find('ended', limit + 1 - first.length))]
  const slugs = await seenById(db, ctx)
  return pageOf(
    rows,
    limit,
    (row) => `${first.includes(row) ? 'live' : 'ended'} ${row.id}`,
    (row) => tokenView(ctx, row, slugs),
  )
}

/** The same that `TokenState` calls live. */
const live = (now: Date) =>
  ({
    revokedAt: null,
    expiresAt: { gt: now },
    AND: [
      { OR: [{ ownerId: null }, { owner: { disabledAt: null } }] },
      { OR: [{ trustId: null }, { trust: { disabledAt: null } }] },
    ],
  }) satisfies Prisma.ApiTokenWhereInput
