import { DoorError } from './faults.ts'

const deepest = 16
/** Names that mean something to JavaScript itself; nothing in this API is called so. */
const reserved = new Set(['__proto__', 'constructor', 'prototype'])

/** Parses a body. Refuses what is not JSON and what no field of this API could hold; see `requirePlain`. */
export function parseJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new DoorError('malformed', 'The body is not valid JSON.', { remedy: 'Send one JSON object.' })
  }
  requirePlain(value)
  return value
}

/**
 * Throws for text that PostgreSQL cannot store (NUL, lone surrogates), numbers beyond JavaScript's range, reserved
 * names and nesting deeper than 16. One walk with a list instead of recursion, so depth cannot exhaust the stack.
 */
export function requirePlain(root: unknown, name = ''): void {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: root, path: name, depth: 0 }]
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    const { value, path, depth } = item
    if (typeof value === 'string') requireText(value, path)
    else if (typeof value === 'number' && !Number.isFinite(value))
      refuse(path, 'holds a number that is out of range', 'Send a smaller number.')
    else if (typeof value === 'object' && value !== null) {
      if (depth >= deepest) refuse(path.slice(0, 60), `is nested deeper than ${deepest} levels`, 'Send a flatter body.')
      for (const [key, child] of Object.entries(value)) {
        requireText(key, path)
        if (reserved.has(key)) refuse(join(path, key), 'is not a field of this API', 'Leave it out.')
        open.push({ value: child, path: join(path, key), depth: depth + 1 })
      }
    }
  }
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`)

function requireText(text: string, path: string): void {
  if (text.includes('\u0000')) refuse(path, 'holds a NUL character', 'Send text without NUL characters.')
  if (!text.isWellFormed()) refuse(path, 'holds half of a surrogate pair', 'Send well-formed Unicode.')
}

function refuse(field: string, what: string, remedy: string): never {
  throw new DoorError('malformed', `${field || 'The body'} ${what}.`, { field: field || null, remedy })
}
