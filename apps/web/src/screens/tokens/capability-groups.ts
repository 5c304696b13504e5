import type { Capability } from '@rollcall/rollout'

/** Capabilities as they are chosen: what belongs together, in the words of the one who chooses. */
export const capabilityGroups: readonly { title: string; capabilities: readonly Capability[] }[] = [
  { title: 'Look', capabilities: ['read', 'fleet.sweep'] },
  { title: 'Publish', capabilities: ['build.publish', 'check.report', 'promotion.open', 'promotion.undo'] },
  { title: 'Roll out', capabilities: ['apply.open', 'apply.approve', 'apply.release', 'apply.retry', 'apply.stop'] },
  {
    title: 'External updates',
    capabilities: ['update.receive', 'update.deploy', 'update.force', 'update.roll_back', 'webhook.replay'],
  },
  {
    title: 'Overrule',
    capabilities: ['override.downgrade', 'override.unknown_order', 'override.gate'],
  },
  {
    title: 'Set up',
    capabilities: [
      'component.define',
      'environment.define',
      'configuration.import',
      'secret.manage',
      'people.manage',
      'token.create',
      'token.manage',
      'trust.manage',
    ],
  },
]

/** What machines usually come for. */
export const capabilityPresets: readonly { value: string; label: string; capabilities: readonly Capability[] }[] = [
  {
    value: 'deploy',
    label: 'Publish and deploy',
    capabilities: ['read', 'build.publish', 'check.report', 'apply.open'],
  },
  { value: 'update', label: 'Report updates', capabilities: ['update.receive'] },
  { value: 'read', label: 'Only look', capabilities: ['read'] },
]

/** The preset that stands for exactly these; null: none does. */
export function presetOf(chosen: ReadonlySet<Capability>): string | null {
  const same = capabilityPresets.find(
    ({ capabilities }) => capabilities.length === chosen.size && capabilities.every((one) => chosen.has(one)),
  )
  return same?.value ?? null
}
