import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { limit, slug } from '../fields.ts'
import type { BuildRef, Page } from '../views.ts'
import { buildRef } from './build-ref.ts'
import { cursor, decodeCursor, pageOf } from './pages.ts'

export const listBuildsInput = z.strictObject({ component: slug.optional(), cursor: cursor.optional(), limit })

/** Builds, newest publication first, by page. */
export async function listBuilds(ctx: Context, input: unknown = {}): Promise<Page<BuildRef & { component: string }>> {
  const asked = parse(listBuildsInput, input)
  const before = decodeCursor(asked.cursor, /^bld_[0-9a-z]+$/)
  const rows = await ctx.store.db.build.findMany({
    where: {
      ...(asked.component ? { component: { slug: asked.component } } : {}),
      ...(before ? { id: { lt: before } } : {}),
    },
    orderBy: { id: 'desc' },
    take: asked.limit + 1,
    include: { component: { select: { slug: true } } },
  })
  return pageOf(
    rows,
    asked.limit,
    (row) => row.id,
    (row) => ({ ...buildRef(row), component: row.component.slug }),
  )
}
