import { Prisma, type PrismaClient } from '../generated/client.ts'

type Writer = PrismaClient | Prisma.TransactionClient

/** One answer of one target, as it is stored. */
export interface ReadingRow {
  targetId: string
  kind: string
  sha: string | null
  reason: string | null
  httpStatus: number | null
  detail: string | null
  latencyMs: number | null
  at: Date
}

/**
 * Stores the readings that differ from what the target answered before, and a history row for each; the ones that are
 * the same cost nothing. An answer older than the stored one changes nothing. Returns the targets that answered
 * something else.
 */
export async function writeReadings(
  db: Writer,
  componentId: string,
  readings: readonly ReadingRow[],
  options: { always?: boolean } = {},
): Promise<string[]> {
  if (readings.length === 0) return []
  const { always = false } = options
  const turned = await db.$queryRaw<{ targetId: string }[]>`
    with ${readingsStored(componentId, readings, { always, when: Prisma.sql`true` })} select "targetId" from turned`
  return turned.map(({ targetId }) => targetId)
}

/**
 * The queries that store readings, for the `with` of a statement; `turned` has those that answered something else. Rows
 * are locked in the order of their targets. `always` also refreshes the time of the ones that are the same.
 */
export function readingsStored(
  componentId: string,
  readings: readonly ReadingRow[],
  { always, when }: { always: boolean; when: Prisma.Sql },
): Prisma.Sql {
  return Prisma.sql`
    given as (
      select * from jsonb_to_recordset(${JSON.stringify(readings)}::jsonb) as g("targetId" text, kind text, sha text,
        reason text, "httpStatus" int, detail text, "latencyMs" int, at timestamptz)
      where ${when}),
    compared as (
      select g.*, r.target_id is null or r.kind <> g.kind or r.sha is distinct from g.sha
        or r.reason is distinct from g.reason or r.http_status is distinct from g."httpStatus" as changed
      from given g left join current_readings r on r.target_id = g."targetId" and r.component_id = ${componentId}
      where r.target_id is null or r.at <= g.at),
    stored as (
      insert into current_readings as r
        (target_id, component_id, kind, sha, last_sha, reason, http_status, detail, latency_ms, at, since)
      select "targetId", ${componentId}, kind, sha, sha, reason, "httpStatus", detail, "latencyMs", at, at
      from compared where changed or ${always} order by "targetId"
      on conflict (target_id, component_id) do update set kind = excluded.kind, sha = excluded.sha,
        last_sha = coalesce(excluded.sha, r.last_sha),
        reason = excluded.reason, http_status = excluded.http_status, detail = excluded.detail,
        latency_ms = excluded.latency_ms, at = excluded.at,
        since = case when r.kind = excluded.kind and r.sha is not distinct from excluded.sha
          and r.reason is not distinct from excluded.reason and r.http_status is not distinct from excluded.http_status
          then r.since else excluded.since end
      where r.at <= excluded.at
      returning target_id, since),
    -- what somebody else stored meanwhile has changed already: since tells, because it is read under the row's lock
    turned as (
      select c.* from compared c join stored s on s.target_id = c."targetId" where c.changed and s.since = c.at),
    remembered as (
      insert into reading_history (target_id, component_id, kind, sha, reason, http_status, detail, from_at)
      select "targetId", ${componentId}, kind, sha, reason, "httpStatus", detail, at from turned)`
}
