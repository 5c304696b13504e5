import { firstIdAt } from '@rollcall/store'
import type { Context } from '../context.ts'

const keptDays = 30
const pruneAtOnce = 1_000

/**
 * Forgets deliveries after 30 days, a bounded number at a time, so that a sender cannot fill the disk. What they led to
 * stays. Answers how many it forgot.
 */
export async function pruneDeliveries(ctx: Context): Promise<number> {
  const { webhookDelivery } = ctx.store.db
  const before = firstIdAt('dlv', ctx.now().getTime() - keptDays * 86_400_000)
  const old = await webhookDelivery.findMany({
    where: { id: { lt: before } },
    orderBy: { id: 'asc' },
    take: pruneAtOnce,
    select: { id: true },
  })
  if (old.length === 0) return 0
  const { count } = await webhookDelivery.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } })
  return count
}
