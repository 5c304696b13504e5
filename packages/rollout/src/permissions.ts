import type { ApplyVerb } from './actions.ts'

/**
 * Everything that anybody can be allowed to do, in words that finish the sentence "You may …". `environment`: allowed in
 * one environment or in all; `installation`: belongs to none, so only who has it everywhere has it. `awaits`: what it is
 * about is not there yet, so nothing asks for it and nobody is offered it.
 */
export const capabilities = {
  read: { where: 'environment', words: 'see what runs' },
  'apply.open': { where: 'environment', words: 'open an apply' },
  'apply.approve': { where: 'environment', words: 'approve or reject an apply' },
  'apply.release': { where: 'environment', words: 'release an apply that is held' },
  'apply.retry': { where: 'environment', words: 'retry what failed' },
  'apply.stop': { where: 'environment', words: 'stop or cancel an apply' },
  'fleet.sweep': { where: 'environment', words: 'ask a fleet now' },
  'update.receive': { where: 'environment', words: 'report an external update' },
  'update.deploy': { where: 'environment', words: 'deploy a recorded update' },
  'update.force': { where: 'environment', words: 'overrule the order of external updates' },
  'update.roll_back': { where: 'environment', words: 'take an external component back' },
  'override.downgrade': { where: 'environment', words: 'go back to an older build' },
  'override.unknown_order': { where: 'environment', words: 'go on where the order of builds is not known' },
  'override.freeze': { where: 'environment', words: 'act during a freeze', awaits: 'freezes' },
  'override.gate': { where: 'installation', words: 'promote although a gate is not green' },
  'build.publish': { where: 'installation', words: 'publish a build' },
  'check.report': { where: 'installation', words: 'report a check' },
  'promotion.open': { where: 'installation', words: 'promote a set of images' },
  'promotion.undo': { where: 'installation', words: 'undo or repair a promotion' },
  'webhook.replay': { where: 'installation', words: 'replay a webhook delivery' },
  'component.define': { where: 'installation', words: 'define a component' },
  'environment.define': { where: 'installation', words: 'define an environment' },
  'configuration.import': { where: 'installation', words: 'import the configuration' },
  'token.create': { where: 'environment', words: 'make API tokens of your own' },
  'token.manage': { where: 'installation', words: 'see and revoke the API tokens of others' },
  'trust.manage': { where: 'installation', words: 'say which pipelines may come in' },
  'people.manage': { where: 'installation', words: 'say who may do what' },
  'secret.manage': { where: 'installation', words: 'set secrets and say where they may be sent' },
} as const satisfies Record<string, { where: 'environment' | 'installation'; words: string; awaits?: string }>

export type Capability = keyof typeof capabilities
export const capabilityNames = Object.keys(capabilities) as Capability[]
/** What each decision about an apply needs. */
export const applyVerbCapability = {
  approve: 'apply.approve',
  reject: 'apply.approve',
  release: 'apply.release',
  retry: 'apply.retry',
  stop: 'apply.stop',
  cancel: 'apply.stop',
} as const satisfies Record<ApplyVerb, Capability>

export const isCapability = (name: string): name is Capability => Object.hasOwn(capabilities, name)

const viewer = ['read'] as const
const operator = [
  ...viewer,
  'apply.open',
  'apply.retry',
  'apply.stop',
  'fleet.sweep',
  'update.receive',
  'update.deploy',
  'build.publish',
  'check.report',
  'promotion.open',
  'webhook.replay',
  'token.create',
] as const
const approver = [...viewer, 'apply.approve', 'apply.stop', 'token.create'] as const
const releaser = [
  ...operator,
  'apply.release',
  'update.force',
  'update.roll_back',
  'override.downgrade',
  'override.unknown_order',
  'promotion.undo',
] as const

/** What each role may do, wherever it is held. Whoever opens an apply is not by that allowed to approve it. */
export const roles = {
  viewer: { words: 'sees everything, changes nothing', capabilities: viewer },
  operator: { words: 'opens, retries and stops applies', capabilities: operator },
  approver: { words: 'approves what others open', capabilities: approver },
  releaser: { words: 'releases what is held, takes back, overrules the order', capabilities: releaser },
  admin: { words: 'may do everything, and says who may do what', capabilities: capabilityNames },
} as const satisfies Record<string, { words: string; capabilities: readonly Capability[] }>

export type Role = keyof typeof roles
export const roleNames = Object.keys(roles) as Role[]
export const isRole = (name: string): name is Role => Object.hasOwn(roles, name)

/** Some capabilities in one environment, or (null) in all of them and for what belongs to none. */
export interface Grant {
  capabilities: readonly Capability[]
  environmentId: string | null
}

export const roleGrant = (role: Role, environmentId: string | null): Grant => ({
  capabilities: roles[role].capabilities,
  environmentId,
})

/** For each capability, everywhere or the ids of the environments in which it is held. What is not held is not there. */
export type Rights = ReadonlyMap<Capability, 'everywhere' | ReadonlySet<string>>

/** All that some grants come to. Of an installation's capability, a grant in one environment gives nothing. */
export function rightsOf(grants: readonly Grant[]): Rights {
  const rights = new Map<Capability, 'everywhere' | Set<string>>()
  for (const grant of grants) {
    for (const capability of grant.capabilities) {
      const held = rights.get(capability)
      if (grant.environmentId === null) rights.set(capability, 'everywhere')
      else if (held instanceof Set) held.add(grant.environmentId)
      else if (held === undefined && capabilities[capability].where === 'environment')
        rights.set(capability, new Set([grant.environmentId]))
    }
  }
  return rights
}

export const allRights: Rights = rightsOf([roleGrant('admin', null)])

/** What both allow: a token can never do more than its owner. */
export function commonRights(one: Rights, other: Rights): Rights {
  const common = new Map<Capability, 'everywhere' | ReadonlySet<string>>()
  for (const [capability, here] of one) {
    const there = other.get(capability)
    if (there === undefined) continue
    if (here === 'everywhere') common.set(capability, there)
    else if (there === 'everywhere') common.set(capability, here)
    else {
      const both = new Set([...here].filter((id) => there.has(id)))
      if (both.size > 0) common.set(capability, both)
    }
  }
  return common
}

/** An environment's id; `everywhere`: in all of them, which is also what belongs to none; `anywhere`: in at least one. */
export type Place = { environmentId: string } | 'everywhere' | 'anywhere'

export function allows(rights: Rights, capability: Capability, place: Place): boolean {
  const held = rights.get(capability)
  if (held === undefined) return false
  if (held === 'everywhere' || place === 'anywhere') return true
  return place !== 'everywhere' && held.has(place.environmentId)
}
