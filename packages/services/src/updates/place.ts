import { externalDeploysOf, type ManifestReading, modeOf, type OwnedDeploy } from '@rollcall/forge'
import type { UpdateDeploys } from '@rollcall/rollout'
import { type Configuration, type DeployConfig, noPolicy } from '../configuration/configuration.ts'
import { componentOf, defaultTag } from '../configuration/from-wire.ts'

/** The configuration as the forge's room reads a manifest; `shown`: the environments that it may name in a refusal. */
export function manifestOf(
  { environments, external }: Configuration,
  shown: ReadonlySet<string> | null = null,
): ManifestReading {
  const names = environments.map(({ name }) => name).filter((name) => shown?.has(name) ?? true)
  return {
    ok: true,
    manifest: { environments: names, builds: [], deploys: [], external, notify: null, state: {} },
  }
}

export function ownedDeploy(configuration: Configuration, deployName: string): OwnedDeploy | null {
  return externalDeploysOf(configuration).find(({ name }) => name === deployName) ?? null
}

/** What an external deploy is here; what the configuration leaves out has a default. */
export function deployConfig({ deploys }: Configuration, deployName: string): DeployConfig {
  const known = Object.hasOwn(deploys, deployName) ? deploys[deployName] : undefined
  return known ?? { component: componentOf(deployName), forge: null, tag: defaultTag, policy: noPolicy }
}

/** How an update of this deploy is deployed. A run that says it deploys is followed, wherever a run deploys at all. */
export function deploysOf(deploy: OwnedDeploy, inRun: boolean): UpdateDeploys {
  if (modeOf(deploy) === 'record_only' || deploy.onUpdate === null) return 'record_only'
  if (deploy.onUpdate.through === 'control_plane') return 'control_plane'
  return inRun ? 'in_run' : 'workflow'
}

/** The image tag of a commit, by the pattern of its deploy. */
export function tagOf(pattern: string, { sha, version }: { sha: string; version: string | null }): string {
  const tag = pattern
    .replaceAll('<sha7>', sha.slice(0, 7))
    .replaceAll('<sha>', sha)
    .replaceAll('<version>', version ?? sha.slice(0, 7))
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .slice(0, 128)
  return /^[A-Za-z0-9_]/.test(tag) ? tag : `v${tag}`.slice(0, 128)
}
