import type { z } from 'zod'
import type { FieldFault } from '../server/faults.ts'

export interface Finding extends FieldFault {
  field: string
  /** true: it is not of the right shape at all; false: well formed, but its value is not possible */
  malformed: boolean
}

/** Issues about shape; all others are about the value. */
const shapeIssues = new Set(['invalid_type', 'unrecognized_keys', 'invalid_union', 'invalid_key', 'invalid_element'])

/**
 * What a schema has against an input, in sentences that begin with the field. `names` gives fields their public name;
 * a field that is `flat` is named as a whole, since its caller sent it as one piece of text.
 */
export function findings(
  error: z.ZodError,
  input: unknown,
  names: (field: string) => string,
  flat: (name: string) => boolean,
): Finding[] {
  return error.issues.flatMap((issue): Finding[] => {
    const path = issue.path.map(String)
    const name = names(path[0] ?? '')
    const place = flat(name) ? name : [name, ...path.slice(1)].join('.')
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const field = place === '' ? key : `${place}.${key}`
        return { field, message: `${field} is not a known field.`, remedy: `Leave ${field} out.`, malformed: true }
      })
    }
    const malformed = shapeIssues.has(issue.code)
    const must = rule(sentence(issue))
    const missing = valueAt(input, issue.path) === undefined
    const message = missing ? `${place} is missing.` : `${place} ${must}.`
    const remedy = missing ? `Send ${place}; it ${must}.` : `Correct ${place}.`
    return [{ field: place, message, remedy, malformed }]
  })
}

/** What the issue says; of a choice between shapes, what the first shape that has words for it says. */
function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message
  const said = issue.errors.flat().map(({ message }) => message)
  return said.find((message) => message.startsWith('must ')) ?? said[0] ?? issue.message
}

/** The rule as the end of a sentence: "must be text". Sentences of the schema library itself become one, too. */
function rule(message: string): string {
  if (message.startsWith('must ')) return message
  const expected = /expected ([\w ]+)/.exec(message)?.[1]
  if (message.startsWith('Invalid input') && expected) return `must be ${article(expected)}`
  return `is not valid (${message})`
}

const article = (type: string) =>
  type === 'boolean' ? 'true or false' : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}
