import { findSilentOperations, transact } from '@rollcall/store'
import { driveJob } from '../applies/advance.ts'
import { advanceSoon } from '../applies/advance-soon.ts'
import type { Context } from '../context.ts'
import { findLostPromotions } from '../promotions/find-lost.ts'
import { findLostUpdates } from '../updates/find-lost.ts'
import { findLostDeliveries } from '../webhooks/lost.ts'
import { takeOverFromTheAbsent } from './take-over.ts'

/** A driver gives a sign of life at least every 5 s; one that was silent for this long is replaced. */
export const driverSilentSeconds = 12

/**
 * Finds what was lost, with no input but the facts: applies whose time has come, operations in flight that nobody
 * drives, fleets that are due for a roll call. Sends jobs only, and any number of workers may do it at once.
 */
export async function activate(ctx: Context): Promise<{ applies: number; operations: number; sweeps: number }> {
  const { db } = ctx.store
  const now = ctx.now()
  await takeOverFromTheAbsent(ctx)
  const [applies, operations, fleets] = await Promise.all([
    db.apply.findMany({
      where: { settled: false, OR: [{ wakeAt: null }, { wakeAt: { lte: now } }] },
      select: { id: true },
      take: 1_000,
    }),
    findSilentOperations(ctx.store, new Date(now.getTime() - driverSilentSeconds * 1000)),
    db.fleet.findMany({ select: { id: true, sweepStartedAt: true, environment: { select: { sweepSeconds: true } } } }),
  ])
  const due = fleets.filter(
    ({ sweepStartedAt, environment: { sweepSeconds } }) =>
      !sweepStartedAt || now.getTime() - sweepStartedAt.getTime() >= sweepSeconds * 1000,
  )
  // what the other rooms have lost: each finds its own
  const lost = (
    await Promise.all([findLostPromotions(db, now), findLostUpdates(db, now), findLostDeliveries(db, now)])
  ).flat()
  if (applies.length + operations.length + due.length + lost.length > 0) {
    await transact(ctx.store, async (tx) => {
      for (const { id } of applies) advanceSoon(tx, id)
      tx.send(...operations.map(({ operationId, number }) => driveJob(operationId, number)))
      tx.send(...due.map(({ id }) => ({ name: 'fleet.sweep' as const, data: { fleetId: id }, key: id })))
      tx.send(...lost)
    })
  }
  return { applies: applies.length, operations: operations.length, sweeps: due.length }
}

/** Screens resume from the last change they heard; none of them sleeps for this long. */
const changesKeptDays = 14
const pruneAtOnce = 5_000

/** Forgets changes that nobody will resume from, a bounded number at a time. The facts they told of stay. */
export async function pruneChanges(ctx: Context): Promise<number> {
  const { change } = ctx.store.db
  const before = new Date(ctx.now().getTime() - changesKeptDays * 86_400_000)
  const old = await change.findMany({
    where: { at: { lt: before } },
    orderBy: { at: 'asc' },
    take: pruneAtOnce,
    select: { id: true },
  })
  if (old.length === 0) return 0
  const { count } = await change.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } })
  return count
}

/** This worker lives; `draining`: it takes no more work; `secretNames`: which secrets are variables of its process. */
export async function beatWorker(
  ctx: Context,
  worker: { id: string; startedAt: Date; draining: boolean; secretNames?: string[] },
): Promise<void> {
  const seenAt = ctx.now()
  await ctx.store.db.workerHeartbeat.upsert({
    where: { id: worker.id },
    create: { ...worker, seenAt },
    update: { seenAt, draining: worker.draining },
  })
  await ctx.store.db.workerHeartbeat.deleteMany({ where: { seenAt: { lt: new Date(seenAt.getTime() - 3_600_000) } } })
}
