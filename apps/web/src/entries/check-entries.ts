import { capabilities, isCapability } from '@rollcall/rollout'
import { z } from 'zod'
import { type Access, at } from '../server/access.ts'
import { allEntries, type Entry } from './all-entries.ts'

/**
 * Throws what is wrong with the access of any entry, all of it at once. Called before anything is served: an entry that
 * nobody thought about must not be one that answers everybody.
 */
export function checkEntries(entries: readonly Entry[] = allEntries()): void {
  const problems = entryProblems(entries)
  if (problems.length > 0) throw new Error(`Rollcall does not start: ${problems.join('; ')}.`)
}

/** Every problem as `name: what is wrong`; empty when all is well. */
export function entryProblems(entries: readonly Entry[]): string[] {
  const names = entries.map(({ name }) => name)
  const twice = names.filter((name, i) => names.indexOf(name) !== i)
  return [
    ...(entries.length === 0 ? ['there are no entries'] : []),
    ...twice.map((name) => `${name}: is there twice`),
    ...entries.flatMap((entry) => accessProblems(entry).map((problem) => `${entry.name}: ${problem}`)),
  ]
}

function accessProblems(entry: Entry): string[] {
  const { access } = entry
  switch (access?.kind) {
    case 'open':
      return access.because.trim() === '' ? ['is open to everybody, and does not say why'] : []
    case 'self':
      return []
    case 'own':
      return access.overrides.length === 0
        ? ['does not say what is needed for what is not theirs']
        : unknownAmong(access.overrides.map((override) => override.capability))
    case 'may':
      return mayProblems(access, entry)
    default:
      return ['does not say who may use it']
  }
}

const placeKinds: ReadonlySet<string> = new Set(Object.keys(at))

function unknownAmong(asked: readonly string[]): string[] {
  const unknown = asked.filter((name) => !isCapability(name))
  return unknown.length > 0 ? [`needs ${unknown.join(', ')}, which is no capability`] : []
}

/** What changes something and is needed in no environment in particular: it makes tokens of one's own. */
const changesAnywhere: ReadonlySet<string> = new Set(['POST /api/v1/tokens', 'tokens.create'])

function mayProblems(access: Access & { kind: 'may' }, { name, changes, input }: Entry): string[] {
  const { capability, scope, overrides } = access
  const unknown = unknownAmong([capability, ...overrides.map((override) => override.capability)])
  if (unknown.length > 0) return unknown
  if (changes && capability === 'read') return ['changes something, and needs no more than reading']
  if (scope === 'everywhere') return []
  if (scope === undefined || (typeof scope === 'string' && scope !== 'anywhere')) return ['does not say where']
  if (capabilities[capability].where === 'installation') {
    return [`needs ${capability}, which belongs to no environment: that is held everywhere or not at all`]
  }
  if (scope === 'anywhere') {
    return changes && !changesAnywhere.has(name) ? ['changes something, and does not say where that is needed'] : []
  }
  if (!placeKinds.has(scope.of)) return [`is held to the environment of ${scope.of}, which tells none`]
  const field = fieldsOf(input)[scope.field]
  if (field === undefined) return [`is held to the environment of ${scope.field}, which is no field of its input`]
  if (field.safeParse(undefined).success) {
    return [`is held to the environment of ${scope.field}, which may be left out`]
  }
  return []
}

/** The fields of an object, also of one that may be left out. */
export function fieldsOf(input: Entry['input']): Record<string, z.ZodType> {
  if (input instanceof z.ZodObject) return input.shape as Record<string, z.ZodType>
  if (input instanceof z.ZodOptional || input instanceof z.ZodNullable || input instanceof z.ZodDefault)
    return fieldsOf(input.unwrap() as z.ZodType)
  return {}
}
