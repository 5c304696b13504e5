import type { PrismaClient } from '../generated/client.ts'
import type { AttemptKey } from './drive.ts'

/**
 * Completes operations of one apply where that is uneventful: the apply runs, has others left, and knows of no failure,
 * no stop and no newer build, so that its state stays what it is. That is nearly all of them. Each is fenced by its own
 * token; the row of the apply, which they share, is locked for this one statement. Answers the attempts that it ended:
 * the others are not mine, or all of them have to be looked at one by one.
 */
export async function writeCompletions(
  db: PrismaClient,
  applyId: string,
  keys: readonly AttemptKey[],
  now: Date,
): Promise<Set<string>> {
  const column = (name: keyof AttemptKey) => keys.map((key) => key[name])
  const rows = await db.$queryRaw<{ id: string }[]>`
    with given as (
      select * from unnest(${column('attemptId')}::text[], ${column('token')}::text[], ${column('targetId')}::text[],
        ${column('componentId')}::text[], ${column('buildId')}::text[])
      as g(attempt_id, token, target_id, component_id, build_id)),
    apply as materialized (
      select environment_id from applies
      where id = ${applyId} and state = 'running' and stop_requested_at is null and cancel_requested_at is null
        and superseded_at is null and count_pending + count_running + count_failed_retryable > ${keys.length}::int
        and count_failed + count_stopped + count_cancelled + count_rolled_back = 0
      for update),
    mine as (
      update attempts t set ended_at = ${now}::timestamptz, outcome = 'completed', failure_reason = null,
        failure_detail = null
      from given g
      where t.id = g.attempt_id and t.token = g.token and t.ended_at is null and exists (select from apply)
      returning t.id, t.operation_id, g.target_id, g.component_id, g.build_id),
    ended as (
      update operations o set state = 'completed', phase = null, retry_at = null, ended_at = ${now}::timestamptz,
        failure_reason = null, failure_detail = null
      from mine m where o.id = m.operation_id),
    expected as (
      insert into expectations as e (target_id, component_id, build_id, apply_id, since)
      select target_id, component_id, build_id, ${applyId}, ${now}::timestamptz from mine order by target_id
      on conflict (target_id, component_id) do update set build_id = excluded.build_id, apply_id = excluded.apply_id,
        since = case when e.build_id = excluded.build_id then e.since else excluded.since end, settling_until = null),
    counted as (
      update applies a set change_seq = change_seq + m.n, wake_at = ${now}::timestamptz,
        count_running = count_running - m.n, count_completed = count_completed + m.n,
        count_on_new_build = count_on_new_build + m.n
      from (select count(*)::int as n from mine) m where a.id = ${applyId} and m.n > 0
      returning change_seq - m.n as before),
    noted as (
      insert into changes (kind, apply_id, environment_id, operation_id, at, seq)
      select 'operation.completed', ${applyId}, environment_id, operation_id, ${now}::timestamptz,
        before + row_number() over ()
      from mine, apply, counted)
    select id from mine`
  return new Set(rows.map(({ id }) => id))
}
