import { type Override, overriddenBy } from './access.ts'

/** What overrules a refusal, where an entry takes it: each is a capability of its own. */

export const applyOverrides: readonly Override[] = [
  overriddenBy('allowDowngrade', 'override.downgrade'),
  overriddenBy('allowUnknownOrder', 'override.unknown_order'),
]

export const updateOverrides: readonly Override[] = [
  overriddenBy('force', 'update.force'),
  overriddenBy('allow_downgrade', 'override.downgrade'),
]

/** `true`, and an override that names neither, mean both. */
const overrules =
  (one: 'gate' | 'order', other: 'gate' | 'order') =>
  ({ override }: Record<string, unknown>): boolean => {
    if (typeof override !== 'object' || override === null) return override === true
    const said = override as Record<string, unknown>
    return said[one] === true || (said[one] === undefined && said[other] === undefined)
  }

export const promotionOverrides: readonly Override[] = [
  { capability: 'override.gate', asked: overrules('gate', 'order'), example: { override: { gate: true } } },
  { capability: 'override.unknown_order', asked: overrules('order', 'gate'), example: { override: { order: true } } },
  { capability: 'override.downgrade', asked: overrules('order', 'gate'), example: { override: { order: true } } },
]
