import { findAbsentWorkers, findOperationsOfWorker, forgetWorker, transact, withdrawJobs } from '@rollcall/store'
import { driveJob } from '../applies/advance.ts'
import { advanceSoon } from '../applies/advance-soon.ts'
import type { Context } from '../context.ts'

/** A worker beats every 2 s, so one that lives has been seen since then, also when it has just lost its connection. */
const missedBeatSeconds = 3

/**
 * Gives what a dead worker drove to whoever takes it, without waiting until its heartbeats and jobs run out. One that is
 * wrongly taken for dead only loses its attempts: all it writes is fenced. Cut short anywhere, the silence is noticed a
 * few seconds later in the usual way.
 */
export async function takeOverFromTheAbsent(ctx: Context): Promise<void> {
  const before = new Date(ctx.now().getTime() - missedBeatSeconds * 1000)
  for (const workerId of await findAbsentWorkers(ctx.store, before)) {
    const operations = await findOperationsOfWorker(ctx.store, workerId, before)
    // several may find the same one at once, but only one of them may take jobs away: the next one would take them back
    if (!(await forgetWorker(ctx.store, workerId))) continue
    const jobs = operations.map(({ operationId, number }) => driveJob(operationId, number))
    await withdrawJobs(
      ctx.store.boss,
      'operation.drive',
      jobs.map(({ key }) => key),
    )
    const applies = await ctx.store.db.apply.findMany({ where: { settled: false }, select: { id: true } })
    await transact(ctx.store, async (tx) => {
      tx.send(...jobs)
      for (const { id } of applies) advanceSoon(tx, id)
    })
  }
}
