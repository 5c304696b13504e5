import { Prisma, type PrismaClient } from '../generated/client.ts'
import { type ReadingRow, readingsStored } from './readings.ts'

type Writer = PrismaClient | Prisma.TransactionClient

/**
 * What a driver writes, each in one statement that checks the token, without touching the row of the apply, which all of
 * its operations share: they would queue for it.
 */
export interface AttemptKey {
  attemptId: string
  token: string
  operationId: string
  applyId: string
  targetId: string
  componentId: string
  buildId: string
}

/** The attempt is open and its token is the one that the driver was given. */
export function fence({ attemptId, token }: AttemptKey): Prisma.Sql {
  return Prisma.sql`id = ${attemptId} and token = ${token} and ended_at is null`
}

/** From now on the target is expected to run the build, for each row of the query `asked`. */
export function buildExpected(
  { applyId, targetId, componentId, buildId }: AttemptKey,
  now: Date,
  settlingUntil: Date | null,
): Prisma.Sql {
  return Prisma.sql`
    expected as (
      insert into expectations as e (target_id, component_id, build_id, apply_id, since, settling_until)
      select ${targetId}, ${componentId}, ${buildId}, ${applyId}, ${now}::timestamptz, ${settlingUntil}::timestamptz
      from asked
      on conflict (target_id, component_id) do update set build_id = excluded.build_id, apply_id = excluded.apply_id,
        since = case when e.build_id = excluded.build_id then e.since else excluded.since end,
        settling_until = excluded.settling_until)`
}

export interface LookWritten {
  verdict: string
  detail: string | null
  reading: ReadingRow
}

/**
 * Stores what the target answered, with the attempt and as its current reading. Answers whether it differs from the look
 * before; null: the attempt is not mine.
 */
export async function writeLook(
  db: Writer,
  key: AttemptKey,
  look: LookWritten,
  now: Date,
): Promise<{ differs: boolean } | null> {
  const { kind, sha, at } = look.reading
  const rows = await db.$queryRaw<{ differs: boolean }[]>`
    with before as materialized (
      select observed_kind, observed_sha, verdict from operations where id = ${key.operationId}),
    mine as (
      update attempts set observed_kind = ${kind}, observed_sha = ${sha}, observed_at = ${at}::timestamptz,
        observed_detail = ${look.detail}, looks = looks + 1, heartbeat_at = ${now}::timestamptz
      where ${fence(key)} returning operation_id),
    seen as (
      update operations o set observed_kind = ${kind}, observed_sha = ${sha}, observed_at = ${at}::timestamptz,
        verdict = ${look.verdict}
      from mine where o.id = mine.operation_id),
    ${readingsStored(key.componentId, [look.reading], { always: true, when: Prisma.sql`exists (select from mine)` })}
    select before.observed_kind is distinct from ${kind} or before.observed_sha is distinct from ${sha}
      or before.verdict is distinct from ${look.verdict} as differs
    from before, mine`
  return rows[0] ?? null
}

export interface IntentAnswer {
  /** it is written: the call may be made now */
  go: boolean
  /** the attempt is open and mine */
  mine: boolean
  askedAt: Date | null
  stopRequestedAt: Date | null
  cancelRequestedAt: Date | null
}

/**
 * Writes that the control plane is about to be asked, unless it was asked before, the attempt is somebody else's, or a
 * stop or cancel was requested. From then on the target is expected to run the build.
 */
export async function writeIntent(db: Writer, key: AttemptKey, now: Date, settlingUntil: Date): Promise<IntentAnswer> {
  const rows = await db.$queryRaw<IntentAnswer[]>`
    with apply as materialized (
      select stop_requested_at, cancel_requested_at from applies where id = ${key.applyId}),
    asked as (
      update attempts set asked_at = ${now}::timestamptz, heartbeat_at = ${now}::timestamptz
      where ${fence(key)} and asked_at is null
        and exists (select from apply where stop_requested_at is null and cancel_requested_at is null)
      returning operation_id),
    deploying as (update operations o set phase = 'deploying' from asked where o.id = asked.operation_id),
    ${buildExpected(key, now, settlingUntil)}
    select exists (select from asked) as go, mine.id is not null as mine, mine.asked_at as "askedAt",
      apply.stop_requested_at as "stopRequestedAt", apply.cancel_requested_at as "cancelRequestedAt"
    from apply left join (select id, asked_at from attempts where ${fence(key)}) mine on true`
  return rows[0] ?? { go: false, mine: false, askedAt: null, stopRequestedAt: null, cancelRequestedAt: null }
}

export interface ClaimWritten {
  claim: string
  detail: string
  httpStatus: number | null
  transport: string | null
  settleUntil: Date
  phase: string
}

/** Stores what the control plane said, beside whatever was observed. False: the attempt is not mine. */
export async function writeClaim(db: Writer, key: AttemptKey, said: ClaimWritten, now: Date): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    with mine as (
      update attempts set claim = ${said.claim}, claim_detail = ${said.detail}, claimed_at = ${now}::timestamptz,
        claim_http_status = ${said.httpStatus}::int, claim_transport = ${said.transport},
        settle_until = ${said.settleUntil}::timestamptz, heartbeat_at = ${now}::timestamptz
      where ${fence(key)} returning operation_id),
    told as (
      update operations o set phase = ${said.phase}, claim = ${said.claim}, claim_detail = ${said.detail},
        claimed_at = ${now}::timestamptz
      from mine where o.id = mine.operation_id)
    select 1 from mine`
  return rows.length > 0
}

/** Stores which run of a forge brings it, as soon as it is known. False: the attempt is not mine. */
export async function writeRun(
  db: Writer,
  key: AttemptKey,
  run: { runId: string; runUrl: string | null },
  now: Date,
): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    update attempts set run_id = ${run.runId}, run_url = coalesce(${run.runUrl}, run_url),
      heartbeat_at = ${now}::timestamptz
    where ${fence(key)} returning 1`
  return rows.length > 0
}
