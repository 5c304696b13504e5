import { type Configuration, noPolicy, type PolicyConfig } from './configuration.ts'

/**
 * The policy of an apply, field by field: that of the component's own fleet there, else of the external deploy that it
 * follows from, else of the environment, else none. A canary of the environment's is a tenant of its fleet, so it says
 * nothing about a component with a fleet of its own.
 */
export function policyFor(
  configuration: Configuration,
  at: { environment: string; component: string; ownFleet: boolean },
  deploy: PolicyConfig = noPolicy,
): PolicyConfig {
  const fleet = configuration.components
    .find(({ name }) => name === at.component)
    ?.fleets.find(({ environment }) => environment === at.environment)
  const environment = configuration.environments.find(({ name }) => name === at.environment)?.policy ?? noPolicy
  const order = [fleet?.policy ?? noPolicy, deploy, at.ownFleet ? { ...environment, canary: null } : environment]
  const first = <K extends keyof PolicyConfig>(key: K) => order.find((one) => one[key] != null)?.[key] ?? null
  return {
    batchSize: first('batchSize'),
    soakSeconds: first('soakSeconds'),
    onFailure: first('onFailure'),
    maxStragglers: first('maxStragglers'),
    requiresApproval: first('requiresApproval'),
    canary: first('canary'),
  }
}
