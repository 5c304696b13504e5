import { fieldOf } from '@rollcall/forge'

/** One thing that is wrong with rollcall.yaml. `message` begins with the field, so that it can stand alone in a log. */
export interface ConfigurationProblem {
  rule: string
  /** where, as a person would find it: `image_sets[0].gate`; empty for the whole text */
  field: string
  message: string
  remedy: string
  /** line of the text, from 1; null where it cannot be told */
  line: number | null
}

export type Found = Omit<ConfigurationProblem, 'line'>

export function problem(path: readonly PropertyKey[], rule: string, text: string, remedy: string): Found {
  const field = fieldOf(path)
  return { rule, field, message: field === '' ? text : `${field}: ${text}`, remedy }
}

/** A value in a message: short, and on one line. */
export function shown(value: string): string {
  const plain = value.replace(/[\p{Cc}\u2028\u2029"]+/gu, ' ')
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain
}
