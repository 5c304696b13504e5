import { type Capability, capabilities, type Role } from './permissions.ts'

/** A person who may do something, and by which roles. */
export interface WhoMay {
  name: string
  roles: readonly Role[]
}

/**
 * Why somebody may not do something, in one sentence for the button and the refusal alike. `where` is the slug of an
 * environment, `there` when the reader knows which, `everywhere`, or `anywhere`: in none at all.
 */
export function denialOf(capability: Capability, where: 'everywhere' | 'anywhere' | 'there' | (string & {})): string {
  const { words, where: belongs } = capabilities[capability]
  return `You may not ${words}${belongs === 'installation' ? '' : placeOf(where)}: that needs ${capability}.`
}

function placeOf(where: string): string {
  if (where === 'anywhere') return ''
  if (where === 'there') return ' there'
  return where === 'everywhere' ? ' in all environments' : ` in ${where}`
}

const mostAsked = 3

/** `Ask Ada (admin) or Rel (releaser).` Of many, the first three are named; of none, an administrator is. */
export function whomToAsk(found: readonly WhoMay[]): string {
  const named = found.slice(0, mostAsked).map(({ name, roles }) => `${name} (${roles.join(', ')})`)
  if (found.length > mostAsked) named.push('somebody else who has it')
  const last = named.pop()
  if (last === undefined) return 'Ask an administrator to give it to you.'
  return `Ask ${named.length === 0 ? last : `${named.join(', ')} or ${last}`}.`
}
