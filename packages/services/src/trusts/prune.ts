import type { Context } from '../context.ts'

const keptDays = 30
const pruneAtOnce = 1_000

/**
 * Forgets what pipelines were given 30 days after it ended, a bounded number at a time: each run leaves one. The audit
 * keeps who came in. Answers how many it forgot.
 */
export async function pruneExchanged(ctx: Context): Promise<number> {
  const { apiToken } = ctx.store.db
  const old = await apiToken.findMany({
    where: { trustId: { not: null }, expiresAt: { lt: new Date(ctx.now().getTime() - keptDays * 86_400_000) } },
    take: pruneAtOnce,
    select: { id: true },
  })
  if (old.length === 0) return 0
  const { count } = await apiToken.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } })
  return count
}
