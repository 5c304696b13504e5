import type { Configuration } from './configuration.ts'
import { toWire } from './to-wire.ts'
import type { ConfigurationChange } from './views.ts'

/** What differs from one configuration to another, field by field, as a person would find it in rollcall.yaml. */
export function differencesOf(before: Configuration, after: Configuration): ConfigurationChange[] {
  const [one, other] = [toWire(before), toWire(after)]
  // a list that is not there is an empty one: it is its entries that are added and removed
  const part = (wire: Record<string, unknown>, key: string) => wire[key] ?? (key === 'deploys' ? {} : [])
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return keys.flatMap((key) => differ(part(one, key), part(other, key), key))
}

function differ(before: unknown, after: unknown, path: string): ConfigurationChange[] {
  if (same(before, after)) return []
  if (before === undefined) return [{ path, kind: 'added', before: null, after }]
  if (after === undefined) return [{ path, kind: 'removed', before, after: null }]
  const [one, other] = [byKey(before), byKey(after)]
  if (one === null || other === null) return [{ path, kind: 'changed', before, after }]
  const keys = [...new Set([...one.keys(), ...other.keys()])]
  const inner = keys.flatMap((key) => differ(one.get(key), other.get(key), `${path}.${key}`))
  // fleets follow the order of their environments, which is told there
  const ordered = Array.isArray(before) && !path.endsWith('.fleets')
  return ordered ? [...moved(one, other, path), ...inner] : inner
}

/** Where things have an order, and those that are in both have another one. */
function moved(one: Map<string, unknown>, other: Map<string, unknown>, path: string): ConfigurationChange[] {
  const before = [...one.keys()].filter((key) => other.has(key))
  const after = [...other.keys()].filter((key) => one.has(key))
  return same(before, after) ? [] : [{ path, kind: 'changed', before, after }]
}

/** The parts of a mapping, or of a list whose entries have names of their own; null for everything else. */
function byKey(value: unknown): Map<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null
  if (!Array.isArray(value)) return new Map(Object.entries(value))
  for (const key of ['name', 'environment', 'repo']) {
    const names = value.map((one) => (one as Record<string, unknown> | null)?.[key])
    if (names.every((name) => typeof name === 'string') && new Set(names).size === names.length)
      return new Map(names.map((name, index) => [name, value[index]]))
  }
  return null
}

/** Both come from one place that writes keys in one order. */
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
