import { externalDeploysOf, type Manifest } from '@rollcall/forge'
import type { Configuration, DoorConfig, PolicyConfig } from './configuration.ts'
import { componentOf, defaultTag } from './from-wire.ts'

type Plain = Record<string, unknown>

interface WireExternal {
  repo: string
  ref: string
  deploys: { name: string; workflow?: string; on_update?: Plain }[]
}

/** A configuration as it is written, in one order and without what would be the same left out: same in, same out. */
export function toWire(configuration: Configuration): Plain {
  const { environments, components, forges, registries, gates, imageSets, webhooks, external } = configuration
  return said({
    environments: environments.map(({ name, title, policy, patience, ...door }) =>
      said({
        name,
        title,
        ...doorToWire(door),
        policy: policyToWire(policy),
        patience: said({
          settle_budget_seconds: patience.settleBudgetSeconds,
          poll_seconds: patience.pollSeconds,
          redeploy_timeout_seconds: patience.redeployTimeoutSeconds,
          max_attempts: patience.maxAttempts,
          retry_backoff_seconds: patience.retryBackoffSeconds,
          sweep_seconds: patience.sweepSeconds,
        }),
      }),
    ),
    components: components.map(({ name, title, fleets }) =>
      said({
        name,
        title,
        fleets: fleets.map(({ environment, policy, ...door }) =>
          said({ environment, ...doorToWire(door), policy: policyToWire(policy) }),
        ),
      }),
    ),
    forges: forges.map(({ name, kind, url, tokenEnv }) => said({ name, kind, url, token_env: tokenEnv })),
    registries: registries.map(({ name, url, usernameEnv, passwordEnv, realms }) =>
      said({ name, url, username_env: usernameEnv, password_env: passwordEnv, realms }),
    ),
    external: externalToWire(external),
    deploys: deploysToWire(configuration),
    gates: gates.map(({ name, contexts, suite }) => said({ name, contexts, suite })),
    image_sets: imageSets.map((set) => ({
      name: set.name,
      component: set.component,
      registry: set.registry,
      images: set.images,
      source_tag: set.sourceTag,
      destination_tag: set.destinationTag,
      branch: set.branch,
      ...said({ gate: set.gate }),
      automatic: set.automatic,
      ...said({
        then_apply: set.thenApply
          ? said({ environment: set.thenApply.environment, policy: policyToWire(set.thenApply.policy) })
          : null,
      }),
      stale_after_hours: set.staleAfterHours,
    })),
    webhooks: webhooks.map(({ name, sender, secretEnvs, repos, updates, relays }) => ({
      name,
      ...said({ sender }),
      secret_envs: secretEnvs,
      // an empty list reads no repository, which is something else than none being named
      ...(repos === null ? {} : { repos }),
      ...said({
        updates: updates.map(({ on, repo, ref, workflow, deployName, environment }) =>
          said({ on, repo, ref, workflow, deploy_name: deployName, environment }),
        ),
        relays,
      }),
    })),
  })
}

/** The manifest's part, as the forge's room reads it. */
export function externalToWire(external: Manifest['external']): WireExternal[] {
  return external.map(({ repo, ref, deploys }) => ({
    repo,
    ref,
    deploys: deploys.map(({ name, workflow, onUpdate }) => ({
      name,
      ...said({
        workflow,
        on_update: onUpdate && {
          deploy: {
            ...said({
              through: onUpdate.through === 'control_plane' ? 'control_plane' : null,
              workflow: onUpdate.workflow,
            }),
            // no permissions at all is something else than those that a workflow has anyway
            ...(onUpdate.permissions === null ? {} : { permissions: sorted(onUpdate.permissions) }),
          },
        },
      }),
    })),
  }))
}

function deploysToWire({ deploys, external }: Configuration): Plain {
  // in the order of the list: a stored mapping comes back in another one
  return said(
    Object.fromEntries(
      externalDeploysOf({ external }).map(({ name }) => {
        const deploy = deploys[name]
        const component = deploy?.component === componentOf(name) ? null : deploy?.component
        const tag = deploy?.tag === defaultTag ? null : deploy?.tag
        return [name, said({ component, forge: deploy?.forge, tag, policy: deploy && policyToWire(deploy.policy) })]
      }),
    ),
  )
}

function doorToWire({ controlPlane, tenants }: DoorConfig): Plain {
  return {
    control_plane: controlPlane && { url: controlPlane.url, token_env: controlPlane.tokenEnv },
    tenants,
  }
}

function policyToWire(policy: PolicyConfig): Plain {
  return said({
    batch_size: policy.batchSize,
    soak_seconds: policy.soakSeconds,
    on_failure: policy.onFailure,
    max_stragglers: policy.maxStragglers,
    requires_approval: policy.requiresApproval,
    canary: policy.canary,
  })
}

/** Without the keys that say nothing: null, an empty list, an empty mapping. */
function said(keys: Plain): Plain {
  const empty = (value: unknown) =>
    value == null || (typeof value === 'object' && Object.keys(value as object).length === 0)
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => !empty(value)))
}

const sorted = (keys: Plain) => Object.fromEntries(Object.entries(keys).toSorted(([a], [b]) => (a < b ? -1 : 1)))
