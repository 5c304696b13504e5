import { Prisma } from '../generated/client.ts'
import { newId } from '../ids.ts'
import type { Tx } from '../transact.ts'

/** How many operations of an apply are in which state, kept on its row: a settle costs the same in an apply of any size. */
export interface CounterDeltas {
  pending?: number
  running?: number
  completed?: number
  failed?: number
  failed_retryable?: number
  stopped?: number
  cancelled?: number
  rolled_back?: number
  skipped?: number
  failedCanary?: number
  onNewBuild?: number
}

/** Moves the counters of a locked apply by the same step as its operations. */
export async function countMoves(tx: Tx, applyId: string, deltas: CounterDeltas): Promise<void> {
  const by = (n: number | undefined) => ({ increment: n ?? 0 })
  await tx.db.apply.update({
    where: { id: applyId },
    data: {
      countPending: by(deltas.pending),
      countRunning: by(deltas.running),
      countCompleted: by(deltas.completed),
      countFailed: by(deltas.failed),
      countRetryable: by(deltas.failed_retryable),
      countStopped: by(deltas.stopped),
      countCancelled: by(deltas.cancelled),
      countRolledBack: by(deltas.rolled_back),
      countSkipped: by(deltas.skipped),
      countFailedCanary: by(deltas.failedCanary),
      countOnNewBuild: by(deltas.onNewBuild),
    },
  })
}

export interface StartedOperation {
  id: string
  targetId: string
  number: number
  from: 'pending' | 'failed_retryable'
}

/**
 * Puts waiting operations in flight, each with a new attempt that no driver has taken yet. Operations that are not
 * waiting any more are left out of the answer.
 */
export async function startOperations(tx: Tx, ids: readonly string[], now: Date): Promise<StartedOperation[]> {
  if (ids.length === 0) return []
  const started = await tx.db.$queryRaw<StartedOperation[]>`
    with waiting as (
      select id, state from operations
      where id in (${Prisma.join([...ids])}) and state in ('pending', 'failed_retryable') for update)
    update operations o
    set state = 'running', phase = 'verifying', attempt_count = attempt_count + 1, retry_at = null,
      started_at = coalesce(o.started_at, ${now}), failure_reason = null, failure_detail = null
    from waiting w where o.id = w.id
    returning o.id, o.target_id as "targetId", o.attempt_count as number, w.state as "from"`
  await tx.db.attempt.createMany({
    data: started.map(({ id, number }) => ({
      id: newId('att'),
      operationId: id,
      number,
      token: newId('att'),
      startedAt: now,
    })),
  })
  return started
}

/** From now on these targets are expected to run the build; nothing is called stale before `settlingUntil`. */
export async function expectBuild(
  tx: Tx,
  expected: {
    targetIds: readonly string[]
    componentId: string
    buildId: string
    applyId: string
    since: Date
    settlingUntil: Date
  },
): Promise<void> {
  if (expected.targetIds.length === 0) return
  await tx.db.$executeRaw`
    insert into expectations (target_id, component_id, build_id, apply_id, since, settling_until)
    select id, ${expected.componentId}, ${expected.buildId}, ${expected.applyId}, ${expected.since}, ${expected.settlingUntil}
    from unnest(${[...expected.targetIds]}::text[]) as id
    on conflict (target_id, component_id) do update set build_id = excluded.build_id, apply_id = excluded.apply_id,
      since = case when expectations.build_id = excluded.build_id then expectations.since else excluded.since end,
      settling_until = excluded.settling_until`
}

/** Ends what has not started (and what waits for a retry). Returns how many left which state. */
export async function endWaiting(
  tx: Tx,
  applyId: string,
  to: 'stopped' | 'cancelled',
  now: Date,
): Promise<{ pending: number; failed_retryable: number }> {
  const rows = await tx.db.$queryRaw<{ state: 'pending' | 'failed_retryable'; n: number }[]>`
    with waiting as (
      select id, state from operations
      where apply_id = ${applyId} and state in ('pending', 'failed_retryable') for update),
    ended as (
      update operations o set state = ${to}, phase = null, retry_at = null, ended_at = ${now}
      from waiting w where o.id = w.id)
    select state, count(*)::int as n from waiting group by state`
  const of = (state: string) => rows.find((row) => row.state === state)?.n ?? 0
  return { pending: of('pending'), failed_retryable: of('failed_retryable') }
}

/** Puts failed operations (all, or the one) back in line with a fresh budget of attempts. */
export async function requeueFailed(
  tx: Tx,
  applyId: string,
  operationId: string | null,
  attempts: number,
): Promise<{ requeued: number; canary: number }> {
  const one = operationId === null ? Prisma.empty : Prisma.sql`and id = ${operationId}`
  const rows = await tx.db.$queryRaw<{ canary: boolean }[]>`
    update operations set state = 'pending', phase = null, retry_at = null, ended_at = null, verdict = null,
      failure_reason = null, failure_detail = null, attempt_limit = attempt_count + ${attempts}
    where apply_id = ${applyId} and state = 'failed' ${one}
    returning canary`
  return { requeued: rows.length, canary: rows.filter((row) => row.canary).length }
}
