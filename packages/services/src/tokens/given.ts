import { type Capability, capabilities, type Grant, isCapability, type Rights, rightsOf } from '@rollcall/rollout'

/** What a token or a trust was given: capabilities, and in which environments those that are held in one. */
export interface Given {
  capabilities: readonly string[]
  environmentIds: readonly string[]
  everywhere: boolean
}

/**
 * What was given as rights. A capability of the installation is held as such, whatever environments were named beside
 * it: a pipeline may publish builds, and deploy to one environment only. Of what this version does not know, nothing.
 */
export function rightsGiven({ capabilities: names, environmentIds, everywhere }: Given): Rights {
  const known = names.filter(isCapability)
  const everyPlace = known.filter((name) => everywhere || isOfInstallation(name))
  return rightsOf([
    { capabilities: everyPlace, environmentId: null },
    ...environmentIds.map((environmentId): Grant => ({ capabilities: known, environmentId })),
  ])
}

export const isOfInstallation = (capability: Capability): boolean => capabilities[capability].where === 'installation'
