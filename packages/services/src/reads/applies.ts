import { applyStates } from '@rollcall/rollout'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, limit, slug } from '../fields.ts'
import { seen } from '../sees.ts'
import type { ApplyRow, ApplyView, Page } from '../views.ts'
import { applyRow, applyRowSelect, applyView } from './apply-view.ts'
import { cursor, decodeCursor, pageOf } from './pages.ts'

const applyState = z.enum(applyStates, { error: `must be one of ${applyStates.join(', ')}` })

export const listAppliesInput = z.strictObject({
  state: z.union([applyState.transform((state) => [state]), z.array(applyState).max(20)]).optional(),
  environment: slug.optional(),
  component: slug.optional(),
  cursor: cursor.optional(),
  limit,
})

/** Applies, newest first, by page. A filter that nothing matches gives an empty page. */
export async function listApplies(ctx: Context, input: unknown = {}): Promise<Page<ApplyRow>> {
  const asked = parse(listAppliesInput, input)
  const before = decodeCursor(asked.cursor, /^apl_[0-9a-z]+$/)
  const rows = await ctx.store.db.apply.findMany({
    where: {
      ...seen(ctx),
      ...(asked.state ? { state: { in: asked.state } } : {}),
      ...(asked.environment ? { environment: { slug: asked.environment } } : {}),
      ...(asked.component ? { component: { slug: asked.component } } : {}),
      ...(before ? { id: { lt: before } } : {}),
    },
    orderBy: { id: 'desc' },
    take: asked.limit + 1,
    ...applyRowSelect,
  })
  return pageOf(rows, asked.limit, (row) => row.id, applyRow)
}

export const getApplyInput = z.strictObject({ id })

/** One apply with everything that explains it. */
export async function getApply(ctx: Context, input: unknown): Promise<ApplyView> {
  return applyView(ctx.store.db, parse(getApplyInput, input).id, ctx.now())
}
