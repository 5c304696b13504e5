/** Keys with which rollcall.yaml says what an external deploy is here: an entry that has one is no deploy of this repository. */
export const hereDeployKeys = ['component', 'forge', 'tag', 'policy'] as const

/**
 * The manifest in a whole rollcall.yaml, which says more of environments and deploys than their names. Other keys stay.
 * What is no mapping is answered as it is.
 */
export function manifestPartOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { environments, deploys, ...rest } = value as Record<string, unknown>
  return {
    ...rest,
    ...(Array.isArray(environments) && environments.every((one) => typeof one === 'string') ? { environments } : {}),
    ...(Array.isArray(deploys) ? { deploys: deploys.filter(isLocalDeploy) } : {}),
  }
}

/** Whether an entry of a list of deploys is one of the repository itself. */
export function isLocalDeploy(deploy: unknown): boolean {
  return typeof deploy !== 'object' || deploy === null || !hereDeployKeys.some((key) => key in deploy)
}
