import type { Store } from '../store.ts'

/** What a driver needs to know of the world to drive one attempt. */
export interface DriveRow {
  operationId: string
  applyId: string
  attemptId: string
  token: string
  number: number
  attemptLimit: number
  targetId: string
  environmentId: string
  componentId: string
  buildId: string
  slug: string
  canary: boolean
  fromSha: string | null
  sha: string
  branch: string
  orderedAt: Date
  publishedAt: Date
  tag: string
  allowDowngrade: boolean
  allowUnknownOrder: boolean
  /** control_plane · workflow */
  deploysBy: string
  controlPlaneUrl: string | null
  controlPlaneTokenEnv: string | null
  /** null: the target cannot be asked */
  tenantUrlTemplate: string | null
  workflow: unknown
  settleBudgetSeconds: number
  pollSeconds: number
  redeployTimeoutSeconds: number
  retryBackoffSeconds: number
  runId: string | null
  runUrl: string | null
  askedAt: Date | null
  claimedAt: Date | null
  claim: string | null
  claimDetail: string | null
  settleUntil: Date | null
}

/**
 * Takes over the open attempt of a running operation under a new token; whoever drove it before changes nothing from
 * here on. Null when there is nothing to drive: it is settled, or waits.
 */
export async function takeAttempt(
  store: Store,
  operationId: string,
  token: string,
  driver: string,
  now: Date,
): Promise<DriveRow | null> {
  const rows = await store.db.$queryRaw<DriveRow[]>`
    update attempts t set token = ${token}, driver = ${driver}, heartbeat_at = ${now}
    from operations o join applies a on a.id = o.apply_id join builds b on b.id = a.build_id
      join environments e on e.id = a.environment_id join targets g on g.id = o.target_id
      join fleets f on f.id = g.fleet_id
    where o.id = ${operationId} and o.state = 'running' and t.operation_id = o.id and t.number = o.attempt_count
      and t.ended_at is null
    returning o.id as "operationId", a.id as "applyId", t.id as "attemptId", t.token, t.number,
      o.attempt_limit as "attemptLimit", o.target_id as "targetId", a.environment_id as "environmentId",
      a.component_id as "componentId", a.build_id as "buildId", o.slug, o.canary, o.from_sha as "fromSha", b.sha, b.branch,
      b.ordered_at as "orderedAt", b.published_at as "publishedAt", b.tag, a.allow_downgrade as "allowDowngrade",
      a.allow_unknown_order as "allowUnknownOrder", f.deploys_by as "deploysBy",
      f.control_plane_url as "controlPlaneUrl", f.control_plane_token_env as "controlPlaneTokenEnv",
      f.tenant_url_template as "tenantUrlTemplate", f.workflow,
      e.settle_budget_seconds as "settleBudgetSeconds", e.poll_seconds as "pollSeconds",
      e.redeploy_timeout_seconds as "redeployTimeoutSeconds", e.retry_backoff_seconds as "retryBackoffSeconds",
      t.run_id as "runId", t.run_url as "runUrl", t.asked_at as "askedAt", t.claimed_at as "claimedAt", t.claim, t.claim_detail as "claimDetail",
      t.settle_until as "settleUntil"`
  return rows[0] ?? null
}

/** Running operations whose driver gave no sign of life since `before`, or that nobody took since then. */
export async function findSilentOperations(
  store: Store,
  before: Date,
): Promise<{ operationId: string; number: number }[]> {
  return store.db.$queryRaw`
    select o.id as "operationId", o.attempt_count as number from applies a
    join operations o on o.apply_id = a.id
    join attempts t on t.operation_id = o.id and t.number = o.attempt_count
    where not a.settled and o.state = 'running' and t.ended_at is null and coalesce(t.heartbeat_at, t.started_at) < ${before}
    order by o.id limit 1000`
}
