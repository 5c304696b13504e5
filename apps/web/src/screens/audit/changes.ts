/** One setting that is not what it was. */
export interface Change {
  name: string
  /** null: it was not there */
  before: string | null
  /** null: it is gone */
  after: string | null
}

/** What differs between two things, setting by setting in their order; of two lists, as a whole. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const was = leaves(before)
  const is = leaves(after)
  const names = [...new Set([...was.keys(), ...is.keys()])]
  return names.flatMap((name) => {
    const change = { name, before: was.get(name) ?? null, after: is.get(name) ?? null }
    return change.before === change.after ? [] : [change]
  })
}

/** `a.b` → what stands there, as text. */
function leaves(value: unknown, prefix = ''): Map<string, string> {
  if (value === null || value === undefined) return prefix === '' ? new Map() : new Map([[prefix, 'none']])
  if (typeof value !== 'object' || Array.isArray(value)) return new Map([[prefix, textOf(value)]])
  return new Map(
    Object.entries(value).flatMap(([name, inner]) => [...leaves(inner, prefix === '' ? name : `${prefix}.${name}`)]),
  )
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ') || 'none'
  return JSON.stringify(value)
}

/** The fields of an object as names and texts; nothing of what is no object. */
export const factsOf = (value: unknown): [name: string, text: string][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? [...leaves(value)] : []
