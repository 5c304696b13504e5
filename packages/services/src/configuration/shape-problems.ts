import { nearest } from '@rollcall/forge'
import type { z } from 'zod'
import { type Found, problem } from './problem.ts'
import { configurationSchema } from './schema.ts'

type Issue = z.core.$ZodIssue

/** What is not well-formed, as problems; a misspelt key comes first, because it is often why another one is missing. */
export function shapeProblems(issues: readonly Issue[], value: unknown): Found[] {
  const found = issues.flatMap((issue) => problemsOf(issue, [], value))
  return found.toSorted((a, b) => Number(b.rule === 'unknown_key') - Number(a.rule === 'unknown_key'))
}

function problemsOf(issue: Issue, at: readonly PropertyKey[], value: unknown): Found[] {
  const path = [...at, ...issue.path]
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key))
  if (issue.code === 'invalid_union') {
    // of several shapes, the one that was meant is the one whose kind fits
    const meant = issue.errors.find(([first]) => first && !(first.code === 'invalid_type' && first.path.length === 0))
    if (meant) return meant.flatMap((inner) => problemsOf(inner, path, value))
  }
  const missing = issue.code.startsWith('invalid_') && path.length > 0 && valueAt(value, path) === undefined
  const text = missing ? 'is required' : issue.message
  return [
    problem(path, 'shape', path.length === 0 ? 'the configuration must be a mapping' : text, 'Correct it in the file.'),
  ]
}

function unknownKey(path: readonly PropertyKey[], key: string): Found {
  const known = keysAt(configurationSchema, path)
  const meant = nearest(key, known)
  const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`
  const remedy = meant === null ? 'Leave it out.' : `Call it ${meant}, or leave it out.`
  return problem([...path, key], 'unknown_key', `unknown key; ${hint}`, remedy)
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | null | undefined)?.[step], value)
}

interface Schema {
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  items?: Schema
  anyOf?: Schema[]
}

/** The keys that the schema knows at a place. */
function keysAt(schema: Schema, path: readonly PropertyKey[]): string[] {
  const [step, ...rest] = path
  if (schema.anyOf) return schema.anyOf.flatMap((one) => keysAt(one, path))
  if (step === undefined) return Object.keys(schema.properties ?? {})
  const { additionalProperties: others } = schema
  const next =
    typeof step === 'number'
      ? schema.items
      : (schema.properties?.[String(step)] ?? (typeof others === 'object' ? others : undefined))
  return next ? keysAt(next, rest) : []
}
