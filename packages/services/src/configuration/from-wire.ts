import { externalDeploysOf, type Manifest } from '@rollcall/forge'
import type {
  ComponentConfig,
  Configuration,
  DeployConfig,
  DoorConfig,
  EnvironmentConfig,
  PolicyConfig,
} from './configuration.ts'
import { noPolicy } from './configuration.ts'
import type { Wire, WireDeploy, WireDoor, WirePolicy } from './wire.ts'

export const defaultTag = 'staging-<sha7>'

/** What a well-formed file says, with everything that it left to us filled in. Names are not checked here. */
export function configurationOf(wire: Wire, external: Manifest['external']): Configuration {
  const policies = new Map((wire.policies ?? []).map(({ name, ...keys }) => [name, policyOf(keys)]))
  const policy = (value: WirePolicy): PolicyConfig =>
    typeof value === 'string' ? (policies.get(value) ?? noPolicy) : policyOf(value ?? {})
  const deploys = deploysOf(wire, external, policy)
  return {
    environments: (wire.environments ?? []).map((one): EnvironmentConfig => {
      const { name, title, patience, ...rest } = typeof one === 'string' ? { name: one } : one
      return {
        name,
        title: title ?? null,
        ...doorOf(rest),
        policy: policy(rest.policy),
        patience: {
          settleBudgetSeconds: patience?.settle_budget_seconds ?? null,
          pollSeconds: patience?.poll_seconds ?? null,
          redeployTimeoutSeconds: patience?.redeploy_timeout_seconds ?? null,
          maxAttempts: patience?.max_attempts ?? null,
          retryBackoffSeconds: patience?.retry_backoff_seconds ?? null,
          sweepSeconds: patience?.sweep_seconds ?? null,
        },
      }
    }),
    components: componentsOf(wire, deploys, policy),
    forges: (wire.forges ?? []).map(({ name, kind, url, token_env }) => ({
      name,
      kind,
      url,
      tokenEnv: token_env ?? null,
    })),
    registries: (wire.registries ?? []).map(({ name, url, username_env, password_env, realms }) => ({
      name,
      url,
      usernameEnv: username_env ?? null,
      passwordEnv: password_env ?? null,
      realms: realms ?? [],
    })),
    external,
    deploys,
    gates: (wire.gates ?? []).map(({ name, contexts, suite }) => ({
      name,
      contexts: contexts ?? [],
      suite: suite ?? null,
    })),
    imageSets: (wire.image_sets ?? []).map((set) => ({
      name: set.name,
      component: set.component,
      registry: set.registry,
      images: set.images,
      sourceTag: set.source_tag ?? defaultTag,
      destinationTag: set.destination_tag ?? 'latest',
      branch: set.branch ?? 'main',
      gate: set.gate ?? null,
      // by itself means: when its gate turns green
      automatic: set.automatic ?? set.gate != null,
      thenApply: set.then_apply
        ? { environment: set.then_apply.environment, policy: policy(set.then_apply.policy) }
        : null,
      staleAfterHours: set.stale_after_hours ?? 24,
    })),
    webhooks: (wire.webhooks ?? []).map(({ name, sender, secret_envs, repos, updates, relays }) => ({
      name,
      sender: sender ?? null,
      secretEnvs: secret_envs,
      repos: repos ?? null,
      updates: (updates ?? []).map(({ on, repo, ref, workflow, deploy_name, environment }) => ({
        on,
        repo,
        ref,
        ...(workflow == null ? {} : { workflow }),
        deployName: deploy_name,
        environment,
      })),
      relays: relays ?? [],
    })),
  }
}

/** A component's name as a deploy's own name gives it: components are written like host names. */
export function componentOf(deployName: string): string {
  const name = deployName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
  return name === '' ? 'component' : name
}

/** What the file says about external deploys, by their name: the mapping, or the entries of a list that are ours. */
export function saidOfDeploys({ deploys }: Pick<Wire, 'deploys'>): Map<string, WireDeploy> {
  if (!deploys) return new Map()
  if (!Array.isArray(deploys)) return new Map(Object.entries(deploys).map(([name, said]) => [name, said ?? {}]))
  return new Map(deploys.flatMap((one) => (typeof one === 'string' ? [] : [[one.name, one as WireDeploy] as const])))
}

function deploysOf(
  wire: Wire,
  external: Manifest['external'],
  policy: (value: WirePolicy) => PolicyConfig,
): Record<string, DeployConfig> {
  const said = saidOfDeploys(wire)
  const [onlyForge, ...others] = wire.forges ?? []
  return Object.fromEntries(
    externalDeploysOf({ external }).map(({ name, onUpdate }) => {
      const { component, forge, tag, policy: own } = said.get(name) ?? {}
      const obvious = onUpdate?.through === 'workflow' && others.length === 0 ? onlyForge?.name : undefined
      const deploy: DeployConfig = {
        component: component ?? componentOf(name),
        forge: forge ?? obvious ?? null,
        tag: tag ?? defaultTag,
        policy: policy(own),
      }
      return [name, deploy]
    }),
  )
}

/** Those that are listed, and after them those that external deploys bring along under their own names. */
function componentsOf(
  wire: Wire,
  deploys: Record<string, DeployConfig>,
  policy: (value: WirePolicy) => PolicyConfig,
): ComponentConfig[] {
  const listed = (wire.components ?? []).map((one) => {
    const { name, title, fleets } = typeof one === 'string' ? { name: one } : one
    return {
      name,
      title: title ?? null,
      fleets: (fleets ?? []).map(({ environment, policy: own, ...door }) => ({
        environment,
        ...doorOf(door),
        policy: policy(own),
      })),
    }
  })
  const said = saidOfDeploys(wire)
  const names = new Set(listed.map(({ name }) => name))
  const brought = Object.entries(deploys).flatMap(([deploy, { component }]) => {
    if (names.has(component) || said.get(deploy)?.component) return []
    names.add(component)
    return [{ name: component, title: null, fleets: [] }]
  })
  return [...listed, ...brought]
}

function doorOf({ control_plane, tenants }: WireDoor): DoorConfig {
  return {
    controlPlane: control_plane ? { url: control_plane.url, tokenEnv: control_plane.token_env } : null,
    tenants: tenants ?? null,
  }
}

function policyOf(keys: Exclude<WirePolicy, string | null | undefined>): PolicyConfig {
  return {
    batchSize: keys.batch_size ?? null,
    soakSeconds: keys.soak_seconds ?? null,
    onFailure: keys.on_failure ?? null,
    maxStragglers: keys.max_stragglers ?? null,
    requiresApproval: keys.requires_approval ?? null,
    canary: keys.canary ?? null,
  }
}
