import type { Timing } from './config.ts'
import type { Environment, Tenant } from './environment.ts'
import type { FaultName } from './faults.ts'
import type { PerSlug } from './record.ts'
import { BuildFailed } from './runner.ts'

/** One row of the answer, as the contract has it. */
export interface Row {
  slug: string
  phase: string
  ssm_status: string
  ssm_exit_code: number | null
  healthz_ok: boolean
  error?: string
  verified_on_target?: boolean
  running_image?: string
}

export interface Deployed {
  /** null when this tenant is left out of the answer */
  row: Row | null
  failed: boolean
  perSlug: PerSlug
}

export interface DeployOrder {
  tag: string
  sha: string
  phase: string
  fault: FaultName | null
}

/** Brings one tenant to a build, after whatever else is being done to it. Never rejects: what goes wrong is in the row. */
export function deployTenant(env: Environment, tenant: Tenant, order: DeployOrder, timing: Timing): Promise<Deployed> {
  const task = tenant.lastTask.then(() => deployNow(env, tenant, order, timing))
  tenant.lastTask = task
  return task
}

async function deployNow(env: Environment, tenant: Tenant, order: DeployOrder, timing: Timing): Promise<Deployed> {
  const { slug } = tenant
  const { sha, tag, phase, fault } = order
  const startedAt = new Date().toISOString()
  const live = tenant.running === null ? null : await env.runner.find(tenant.running)
  const before = live?.sha ?? null
  const action = before === null ? 'start' : before === sha ? 'none' : 'replace'
  const image = `demo/tenant:${tag}`
  let row: Row = {
    slug,
    phase,
    ssm_status: 'Success',
    ssm_exit_code: 0,
    healthz_ok: true,
    verified_on_target: true,
    running_image: image,
  }
  let failed = false

  if (fault === 'lies') {
    // What an older control plane knows: the command ran. It did not look at what came of it.
    row = { slug, phase, ssm_status: 'Success', ssm_exit_code: 0, healthz_ok: true }
  } else if (action !== 'none') {
    try {
      await bring(env, tenant, order, timing)
    } catch (error) {
      failed = true
      const exitCode = error instanceof BuildFailed ? error.exitCode : null
      const restored = before === null ? 'nothing runs' : `${before.slice(0, 7)} keeps running`
      row = {
        slug,
        phase,
        ssm_status: exitCode === null ? 'Success' : 'Failed',
        ssm_exit_code: exitCode ?? 0,
        healthz_ok: false,
        error: `${error instanceof Error ? error.message : String(error)}; ${restored}`,
        verified_on_target: false,
      }
    }
  }
  const after = tenant.running?.sha ?? null
  const perSlug: PerSlug = {
    slug,
    action,
    before,
    after,
    outcome: failed ? 'failed' : 'done',
    startedAt,
    endedAt: new Date().toISOString(),
  }
  return { row: fault === 'vanishes' ? null : row, failed, perSlug }
}

async function bring(env: Environment, tenant: Tenant, { fault, sha }: DeployOrder, timing: Timing): Promise<void> {
  if (fault !== 'slow') return env.switchTo(tenant, sha, fault === 'crash' || fault === 'unhealthy' ? fault : '')
  await new Promise((resolve) => setTimeout(resolve, timing.slowSeconds * 1000))
  // From before the switch, so that not one answer of the new build slips through.
  tenant.edgeCache = { sha: tenant.running?.sha ?? null, until: Number.POSITIVE_INFINITY }
  try {
    await env.switchTo(tenant, sha, '')
  } finally {
    tenant.edgeCache.until = Date.now() + timing.edgeCacheSeconds * 1000
  }
}
