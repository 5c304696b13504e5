import type { Capability } from '@rollcall/rollout'
import type { Context, PlaceKind } from '@rollcall/services'

/**
 * Where a capability is needed. `anywhere`: in some environment, what is shown then is only of those; `everywhere`: in
 * all, which is also what belongs to none; else in the environment of what a field of the input names.
 */
export type Scope = 'anywhere' | 'everywhere' | { of: PlaceKind; field: string }

const inside =
  (of: PlaceKind, usual: string) =>
  (field = usual): Scope => ({ of, field })

export const at = {
  environment: inside('environment', 'environment'),
  apply: inside('apply', 'id'),
  operation: inside('operation', 'id'),
  update: inside('update', 'id'),
}

/** Something that needs a capability of its own besides that of the entry: by what is asked, or by what it is asked of. */
export interface Override {
  capability: Capability
  asked: (input: Record<string, unknown>, ctx: Context) => boolean | Promise<boolean>
  /** when that is, in words that follow the capability's name */
  when: string
  /** input that asks for it, to try it with; none where what is asked decides nothing */
  example: Record<string, unknown>
}

/** Asked for by a field that is true. */
export const overriddenBy = (field: string, capability: Capability): Override => ({
  capability,
  asked: (input) => input[field] === true,
  when: `with ${field}`,
  example: { [field]: true },
})

/** Needed besides, whatever is asked: the entry can do what this capability is about, too. */
export const alongWith = (capability: Capability): Override => ({
  capability,
  asked: () => true,
  when: 'always',
  example: {},
})

/** Who may use an entry. Every entry states one. */
export type Access =
  | { kind: 'may'; capability: Capability; scope: Scope; overrides: readonly Override[] }
  /** whoever is signed in as a person, about themselves */
  | { kind: 'self' }
  /** whoever has come in, also with a token, about what is theirs; overrides say what is needed for anything else */
  | { kind: 'own'; overrides: readonly Override[] }
  /** nobody has to say who they are, because … */
  | { kind: 'open'; because: string }

export const may = (capability: Capability, scope: Scope, overrides: readonly Override[] = []): Access => ({
  kind: 'may',
  capability,
  scope,
  overrides,
})
export const self: Access = { kind: 'self' }
export const own = (overrides: readonly Override[]): Access => ({ kind: 'own', overrides })
export const openTo = (because: string): Access => ({ kind: 'open', because })

/** `Needs apply.open in the environment of its field environment, and override.downgrade with allowDowngrade.` */
export function accessWords(access: Access): string {
  if (access.kind === 'open') return `Open to everybody: ${access.because}`
  if (access.kind === 'self') return 'For whoever is signed in, about themselves.'
  const more = access.overrides.map(({ capability, when }) => `${capability} ${when}`)
  if (access.kind === 'own') return `${['For whoever has come in, about what is theirs', ...more].join('; needs ')}.`
  const { capability, scope } = access
  return `Needs ${[`${capability} ${scopeWords(scope)}`, ...more].join(', and ')}.`
}

function scopeWords(scope: Scope): string {
  if (scope === 'everywhere') return 'everywhere'
  if (scope === 'anywhere') return 'anywhere'
  return scope.of === 'environment'
    ? `in the environment that ${scope.field} names`
    : `in the environment of the ${scope.of} that ${scope.field} names`
}
