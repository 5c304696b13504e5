import type { Context } from '../context.ts'
import { seen, seesAll } from '../sees.ts'
import { effectsOf, type ListedDelivery } from './view.ts'

/** Of the updates that some deliveries led to, those in environments that the context does not see. */
export async function hiddenUpdates(
  ctx: Context,
  rows: readonly Pick<ListedDelivery, 'effects'>[],
): Promise<ReadonlySet<string>> {
  if (seesAll(ctx)) return new Set()
  const ids = rows.flatMap((row) => effectsOf(row).flatMap(({ kind, id }) => (kind === 'update' ? id : [])))
  if (ids.length === 0) return new Set()
  const shown = await ctx.store.db.externalUpdate.findMany({
    where: { id: { in: ids }, ...seen(ctx) },
    select: { id: true },
  })
  const told = new Set(shown.map(({ id }) => id))
  return new Set(ids.filter((id) => !told.has(id)))
}
