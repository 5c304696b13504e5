import { overruled, updateGoesBack } from '@rollcall/services'
import { alongWith, type Override, overriddenBy } from './access.ts'

/** What overrules a refusal, or reaches further than the entry's own capability says: each needs a capability of its own. */

export const applyOverrides: readonly Override[] = [
  overriddenBy('allowDowngrade', 'override.downgrade'),
  overriddenBy('allowUnknownOrder', 'override.unknown_order'),
]

export const updateOverrides: readonly Override[] = [
  overriddenBy('force', 'update.force'),
  overriddenBy('allow_downgrade', 'override.downgrade'),
]

/** Forcing goes on although it goes back, too: it overrules every rule of order. */
export const forceOverrides: readonly Override[] = [alongWith('override.downgrade')]

/** What somebody had recorded although it is older is deployed as a downgrade: each new apply of it is one more. */
export const deployOverrides: readonly Override[] = [
  {
    capability: 'override.downgrade',
    asked: ({ id }, ctx) => typeof id === 'string' && updateGoesBack(ctx, id),
    when: 'of an update that was forced or taken back',
    example: {},
  },
]

/** A file says what environments and components are, as those who define them one by one do. */
export const importOverrides: readonly Override[] = [alongWith('environment.define'), alongWith('component.define')]

/** A delivery that is taken once more may bring an update to any environment. */
export const replayOverrides: readonly Override[] = [alongWith('update.receive')]

const byOverride = (capability: Override['capability'], one: 'gate' | 'order'): Override => ({
  capability,
  asked: ({ override }) => overruled(override)[one],
  when: `with override.${one}`,
  example: { override: { [one]: true, reason: 'it is known to be good' } },
})

export const promotionOverrides: readonly Override[] = [
  byOverride('override.gate', 'gate'),
  byOverride('override.unknown_order', 'order'),
  byOverride('override.downgrade', 'order'),
]
