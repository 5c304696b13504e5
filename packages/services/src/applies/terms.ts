import type { PolicyConfig } from '../configuration/configuration.ts'
import type { ApplyTerms, RefusalView } from '../views.ts'
import type { OpenApplyInput } from './open-input.ts'

const defaults = { batchSize: 3, soakSeconds: 60, onFailure: 'halt', maxStragglers: 0, requiresApproval: false }

/**
 * How an apply goes: as was asked, else by the policy, else by default. The canary of a policy is the first of the whole
 * fleet; whoever selects other tenants has none, unless they name one.
 */
export function termsOf(asked: OpenApplyInput, policy: PolicyConfig): ApplyTerms {
  const isLeftOut = policy.canary !== null && asked.targets?.includes(policy.canary) === false
  return {
    batchSize: asked.batchSize ?? policy.batchSize ?? defaults.batchSize,
    soakSeconds: asked.soakSeconds ?? policy.soakSeconds ?? defaults.soakSeconds,
    onFailure: asked.onFailure ?? policy.onFailure ?? defaults.onFailure,
    maxStragglers: asked.maxStragglers ?? policy.maxStragglers ?? defaults.maxStragglers,
    requiresApproval: asked.requiresApproval ?? policy.requiresApproval ?? defaults.requiresApproval,
    canary: asked.canary !== undefined ? asked.canary : isLeftOut ? null : policy.canary,
  }
}

/** Why nobody can open an apply without an approval there; null: they can. */
export function approvalKept(policy: PolicyConfig, environment: string, component: string): RefusalView | null {
  if (policy.requiresApproval !== true) return null
  return {
    code: 'policy_needs_approval',
    field: 'requiresApproval',
    message: `The policy of ${environment} lets nothing of ${component} begin without an approval.`,
    remedy: 'Leave it at that, or import a configuration whose policy there does not say requires_approval: true.',
  }
}
