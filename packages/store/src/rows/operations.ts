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

export interface PlannedOperationRow {
  targetId: string
  slug: string
  position: number
  batch: number
  kind: string
  direction: string
  canary: boolean
  fromSha: string | null
}

/** Stores the operations of a new apply, all of them waiting, each with that budget of attempts. */
export async function insertOperations(
  tx: Tx,
  applyId: string,
  operations: readonly PlannedOperationRow[],
  attemptLimit: number,
  now: Date,
): Promise<void> {
  const rows = JSON.stringify(operations.map((operation) => ({ id: newId('op', now.getTime()), ...operation })))
  await tx.db.$executeRaw`
    insert into operations
      (id, apply_id, target_id, slug, position, batch, kind, direction, canary, from_sha, attempt_limit)
    select id, ${applyId}, "targetId", slug, position, batch, kind, direction, canary, "fromSha", ${attemptLimit}::int
    from jsonb_to_recordset(${rows}::jsonb) as g(id text, "targetId" text, slug text, position int, batch int, kind text,
      direction text, canary boolean, "fromSha" text)`
}

/**
 * Notes that an apply has begun. In a lane these times only go up: a worker whose clock is behind must not make a later
 * apply look like the earlier one.
 */
export async function beginApply(
  tx: Tx,
  apply: { id: string; environmentId: string; componentId: string },
  now: Date,
): Promise<void> {
  await tx.db.$executeRaw`
    update applies set started_at = greatest(${now}::timestamptz, (
      select max(started_at) + interval '1 millisecond' from applies
      where environment_id = ${apply.environmentId} and component_id = ${apply.componentId}))
    where id = ${apply.id}`
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
  number: number
  from: 'pending' | 'failed_retryable'
}

/**
 * Puts waiting operations of a locked apply in flight, each with a new attempt that no driver has taken yet, moves the
 * counters and notes the change, in one statement. Operations that are not waiting any more are left out of the answer,
 * which is in rollout order.
 */
export async function startOperations(
  tx: Tx,
  apply: { id: string; environmentId: string },
  ids: readonly string[],
  now: Date,
): Promise<StartedOperation[]> {
  if (ids.length === 0) return []
  const attempts = ids.map(() => newId('att', now.getTime()))
  const tokens = ids.map(() => newId('att', now.getTime()))
  return tx.db.$queryRaw<StartedOperation[]>`
    with waiting as (
      select o.id, o.state, g.attempt_id, g.token
      from unnest(${[...ids]}::text[], ${attempts}::text[], ${tokens}::text[]) as g(id, attempt_id, token)
      join operations o on o.id = g.id
      where o.state in ('pending', 'failed_retryable') for update of o),
    started as (
      update operations o
      set state = 'running', phase = 'verifying', attempt_count = attempt_count + 1, retry_at = null,
        started_at = coalesce(o.started_at, ${now}::timestamptz), failure_reason = null, failure_detail = null
      from waiting w where o.id = w.id
      returning o.id, o.position, o.attempt_count as number, w.state as "from", w.attempt_id, w.token),
    attempted as (
      insert into attempts (id, operation_id, number, token, started_at)
      select attempt_id, id, number, token, ${now}::timestamptz from started),
    counted as (
      update applies set change_seq = change_seq + 1, count_running = count_running + n.started,
        count_pending = count_pending - n.pending, count_failed_retryable = count_failed_retryable - n.started + n.pending
      from (select count(*)::int as started, count(*) filter (where "from" = 'pending')::int as pending from started) n
      where applies.id = ${apply.id} and n.started > 0
      returning change_seq),
    noted as (
      insert into changes (kind, apply_id, environment_id, at, seq)
      select 'operations.started', ${apply.id}, ${apply.environmentId}, ${now}::timestamptz, change_seq from counted)
    select id, number, "from" from started order by position`
}

/** Ends what has not started, and what waits to be tried again. Answers how the counters move by it. */
export async function endWaiting(
  tx: Tx,
  applyId: string,
  to: 'stopped' | 'cancelled',
  now: Date,
): Promise<CounterDeltas> {
  const rows = await tx.db.$queryRaw<{ state: 'pending' | 'failed_retryable'; n: number }[]>`
    with waiting as (
      select id, state from operations
      where apply_id = ${applyId} and state in ('pending', 'failed_retryable') for update),
    ended as (
      update operations o set state = ${to}, phase = null, retry_at = null, ended_at = ${now}
      from waiting w where o.id = w.id)
    select state, count(*)::int as n from waiting group by state`
  const of = (state: string) => rows.find((row) => row.state === state)?.n ?? 0
  const [pending, retryable] = [of('pending'), of('failed_retryable')]
  return { pending: -pending, failed_retryable: -retryable, [to]: pending + retryable }
}

/**
 * Puts failed operations (all, or the one) back in line with a fresh budget of attempts. Answers how the counters move
 * by it.
 */
export async function requeueFailed(
  tx: Tx,
  applyId: string,
  operationId: string | null,
  attempts: number,
): Promise<CounterDeltas> {
  const one = operationId === null ? Prisma.empty : Prisma.sql`and id = ${operationId}`
  const rows = await tx.db.$queryRaw<{ canary: boolean }[]>`
    update operations set state = 'pending', phase = null, retry_at = null, ended_at = null, verdict = null,
      failure_reason = null, failure_detail = null, attempt_limit = attempt_count + ${attempts}
    where apply_id = ${applyId} and state = 'failed' ${one}
    returning canary`
  return { failed: -rows.length, pending: rows.length, failedCanary: -rows.filter((row) => row.canary).length }
}
