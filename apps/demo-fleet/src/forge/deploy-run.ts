import type { ForgeRun } from '@rollcall/forge/testing'
import type { Timing } from '../config.ts'
import { deployTenant } from '../deploy.ts'
import type { Environment } from '../environment.ts'

/**
 * What the deploy workflow of the demo does: it brings the fleet `<environment>-<deploy name>` of this box to the commit,
 * tenant by tenant. Resolves to whether all came up; true where there is no such fleet, for then there was nothing to do.
 */
export async function deployByRun(
  environments: ReadonlyMap<string, Environment>,
  timing: Timing,
  { inputs }: ForgeRun,
): Promise<boolean> {
  const env = environments.get(`${inputs.environment}-${inputs.deploy_name}`)
  const sha = inputs.sha ?? ''
  if (env === undefined) return true
  if (!/^[0-9a-f]{40}$/.test(sha)) return false
  for (const tenant of env.tenants.values()) {
    const fault = env.takeCallFault(tenant.slug, sha)
    const { failed } = await deployTenant(env, tenant, { tag: sha, sha, phase: 'workflow', fault }, timing)
    if (failed) return false
  }
  return true
}
