import type { Store } from '../store.ts'

/**
 * The operations in flight that this worker drove, or that somebody fetched before `before` and never took: the worker
 * may have died in between.
 */
export async function findOperationsOfWorker(
  store: Store,
  workerId: string,
  before: Date,
): Promise<{ operationId: string; number: number }[]> {
  return store.db.$queryRaw`
    select o.id as "operationId", o.attempt_count as number from applies a
    join operations o on o.apply_id = a.id
    join attempts t on t.operation_id = o.id and t.number = o.attempt_count
    where not a.settled and o.state = 'running' and t.ended_at is null
      and (right(t.driver, length(${workerId}) + 1) = '/' || ${workerId} or (t.driver is null and t.started_at < ${before}))
    order by o.id`
}

/** Forgets a worker. False: somebody else did so first. */
export async function forgetWorker(store: Store, workerId: string): Promise<boolean> {
  const { count } = await store.db.workerHeartbeat.deleteMany({ where: { id: workerId } })
  return count === 1
}
