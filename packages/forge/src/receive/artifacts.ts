/** What an update says about artifacts: nothing, to forget them, or a new map. */
export type ArtifactsSaid =
  | { said: 'nothing' }
  | { said: 'cleared' }
  | { said: 'given'; artifacts: Record<string, string> }

/**
 * Reads artifacts as a workflow hands them over (JSON text, empty for none) or as an API body does (a map). Anything but
 * a map of text to text, or null for "forget them", is a sentence about what is wrong. Keys and values are data: they
 * come back as they were.
 */
export function readArtifacts(value: unknown): ArtifactsSaid | string {
  if (value === undefined || value === '') return { said: 'nothing' }
  let read = value
  if (typeof value === 'string') {
    try {
      read = JSON.parse(value)
    } catch {
      return 'parsing artifacts JSON: the text is not JSON'
    }
  }
  if (read === null) return { said: 'cleared' }
  if (typeof read !== 'object' || Array.isArray(read))
    return `parsing artifacts JSON: a map is needed, not ${kind(read)}`
  const entries = Object.entries(read)
  const wrong = entries.find(([, text]) => typeof text !== 'string')
  if (wrong !== undefined) return `parsing artifacts JSON: the value of "${shown(wrong[0])}" must be text`
  if (entries.length > 200) return 'parsing artifacts JSON: more than 200 artifacts'
  // from entries rather than by assignment: a key may be named __proto__
  return { said: 'given', artifacts: Object.fromEntries(entries) }
}

function kind(value: unknown): string {
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}

function shown(key: string): string {
  return key.slice(0, 60).replace(/[\p{Cc}\u2028\u2029"]+/gu, ' ')
}
