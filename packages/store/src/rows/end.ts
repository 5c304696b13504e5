import { Prisma, type PrismaClient } from '../generated/client.ts'
import { type AttemptKey, buildExpected, fence } from './drive.ts'

type Writer = PrismaClient | Prisma.TransactionClient

export interface EndWritten {
  /** how the attempt came out */
  outcome: 'completed' | 'failed' | 'stopped' | 'cancelled'
  failureReason: string | null
  failureDetail: string | null
  /** when it is tried again; null: it is not. A stop or cancel that came meanwhile takes the place of another try. */
  retryAt: Date | null
  canary: boolean
}

/**
 * Ends an attempt and its operation, moves the counters of the apply by the same step, notes the change, and has the
 * apply looked at again as soon as anybody looks: one statement, whatever the size of the apply. Its row is locked
 * first, as everywhere. Answers the operation's new state; null: the attempt is not mine, and nothing was written.
 */
export async function writeEnd(db: Writer, key: AttemptKey, end: EndWritten, now: Date): Promise<string | null> {
  const rows = await db.$queryRaw<{ state: string }[]>`
    with apply as materialized (
      select environment_id, stop_requested_at, cancel_requested_at from applies where id = ${key.applyId} for update),
    mine as (
      update attempts set ended_at = ${now}::timestamptz, outcome = ${end.outcome},
        failure_reason = ${end.failureReason}, failure_detail = ${end.failureDetail}
      where ${fence(key)} and exists (select from apply) returning operation_id),
    verdict as (
      select operation_id, environment_id, case when ${end.retryAt}::timestamptz is null then ${end.outcome}
        when cancel_requested_at is not null then 'cancelled' when stop_requested_at is not null then 'stopped'
        else 'failed_retryable' end as state
      from mine, apply),
    ended as (
      update operations o set state = v.state, phase = null, failure_reason = ${end.failureReason},
        failure_detail = ${end.failureDetail},
        retry_at = case when v.state = 'failed_retryable' then ${end.retryAt}::timestamptz end,
        ended_at = case when v.state = 'failed_retryable' then null else ${now}::timestamptz end
      from verdict v where o.id = v.operation_id),
    ${end.outcome === 'completed' ? proven(key, now) : givenUp(key)},
    counted as (
      update applies a set change_seq = change_seq + 1, wake_at = ${now}::timestamptz, count_running = count_running - 1,
        count_completed = count_completed + (v.state = 'completed')::int,
        count_on_new_build = count_on_new_build + (v.state = 'completed')::int,
        count_failed = count_failed + (v.state = 'failed')::int,
        count_failed_canary = count_failed_canary + (v.state = 'failed' and ${end.canary})::int,
        count_failed_retryable = count_failed_retryable + (v.state = 'failed_retryable')::int,
        count_stopped = count_stopped + (v.state = 'stopped')::int,
        count_cancelled = count_cancelled + (v.state = 'cancelled')::int
      from verdict v where a.id = ${key.applyId}
      returning a.change_seq),
    noted as (
      insert into changes (kind, apply_id, environment_id, operation_id, at, seq)
      select 'operation.' || v.state, ${key.applyId}, v.environment_id, ${key.operationId}, ${now}::timestamptz, change_seq
      from verdict v, counted)
    select state from verdict`
  return rows[0]?.state ?? null
}

/** It runs the build: expected from now on, also where nothing had to be asked, because it ran the build already. */
function proven(key: AttemptKey, now: Date): Prisma.Sql {
  return Prisma.sql`asked as (select from verdict), ${buildExpected(key, now, null)}`
}

/** From here on an old answer is stale, not settling. What was never asked of the target is not expected of it. */
function givenUp({ applyId, targetId, componentId }: AttemptKey): Prisma.Sql {
  return Prisma.sql`
    given_up as (
      update expectations set settling_until = null
      where target_id = ${targetId} and component_id = ${componentId} and apply_id = ${applyId}
        and exists (select from verdict where state <> 'failed_retryable'))`
}
