import type { Context } from '../context.ts'
import { seen } from '../sees.ts'
import { readAtMost } from './section.ts'
import type { SinceItem } from './views.ts'

/** When each environment is asked next what it runs. */
export async function nextSweeps(ctx: Context): Promise<SinceItem[]> {
  const fleets = await ctx.store.db.fleet.findMany({
    where: { sweepStartedAt: { not: null }, ...seen(ctx) },
    orderBy: { sweepStartedAt: 'asc' },
    select: { sweepStartedAt: true, environment: { select: { id: true, slug: true, sweepSeconds: true } } },
    take: readAtMost,
  })
  const soonest = new Map<string, SinceItem>()
  for (const { sweepStartedAt, environment } of fleets) {
    if (sweepStartedAt === null) continue
    const due = sweepStartedAt.getTime() + environment.sweepSeconds * 1000
    const at = new Date(Math.max(due, ctx.now().getTime())).toISOString()
    const known = soonest.get(environment.id)
    if (known && known.at <= at) continue
    soonest.set(environment.id, {
      at,
      text: `The roll of ${environment.slug} is called.`,
      subject: { type: 'environment', id: environment.slug },
      environment: environment.slug,
      by: null,
      reason: null,
    })
  }
  return [...soonest.values()]
}
