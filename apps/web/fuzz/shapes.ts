import { z } from 'zod'
import type { Dice } from './dice.ts'
import { oddJson, oddText } from './odd.ts'

/** What is known of the world that is asked: values that name something there, by the name of the field. */
export type Facts = Readonly<Record<string, readonly string[]>>

/** As much of JSON Schema as zod writes. */
export interface Shape {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Shape[]
  oneOf?: readonly Shape[]
  allOf?: readonly Shape[]
  properties?: Readonly<Record<string, Shape>>
  required?: readonly string[]
  additionalProperties?: Shape | boolean
  items?: Shape
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}

export const shapeOf = (schema: z.ZodType): Shape =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline', cycles: 'ref' }) as Shape

/** Values for a field that nothing is known of: one of them fits most patterns. Few, so that little is made with them. */
const usual: readonly string[] = [
  'a-name',
  'main',
  'A sentence of some words.',
  'c'.repeat(40),
  'c'.repeat(7),
  `sha256:${'0'.repeat(64)}`,
  '2026-01-01T00:00:00Z',
  '2099-01-01T00:00:00Z',
  'https://example.test/path',
  'http://127.0.0.1:9/x',
  'http://127.0.0.1:9/t/{slug}',
  'acme/app',
  'ROLLCALL_CP_TOKEN_A',
  'ROLLCALL_HOOK_SECRET_A',
  'someone@example.test',
  'refs/heads/main',
  '1',
  'v1.2.3',
]

const fitting = new WeakMap<Shape, readonly string[]>()

/** Those of the usual values that the shape takes; never none. */
function fittingTexts(shape: Shape): readonly string[] {
  const known = fitting.get(shape)
  if (known) return known
  const pattern = shape.pattern === undefined ? null : new RegExp(shape.pattern, 'u')
  const fits = usual.filter(
    (text) =>
      (pattern?.test(text) ?? true) && text.length >= (shape.minLength ?? 0) && text.length <= (shape.maxLength ?? 1e9),
  )
  const texts = fits.length > 0 ? fits : usual
  fitting.set(shape, texts)
  return texts
}

export interface Filling {
  d: Dice
  facts: Facts
  /** how often, for each value, something odd is put in place of what fits */
  oddness: number
}

/** A JSON text for a field of this shape: what fits, or, by `oddness`, something of the right type or of none. */
export function jsonFor(shape: Shape, name: string, filling: Filling): string {
  const { d, oddness } = filling
  if (d.chance(oddness)) return d.chance(0.4) ? oddOfType(shape, d) : oddJson(d)
  return fittingJson(shape, name, filling)
}

function fittingJson(shape: Shape, name: string, filling: Filling): string {
  const { d, facts } = filling
  if (shape.const !== undefined) return JSON.stringify(shape.const)
  if (shape.enum) return JSON.stringify(d.pick(shape.enum))
  const either = shape.anyOf ?? shape.oneOf
  if (either && either.length > 0) return jsonFor(d.pick(either), name, filling)
  if (shape.allOf?.[0]) return jsonFor(d.pick(shape.allOf), name, filling)
  switch (shape.type) {
    case 'string': {
      const known = Object.hasOwn(facts, name) ? (facts[name] ?? []) : []
      return JSON.stringify(known.length > 0 && d.chance(0.9) ? d.pick(known) : d.pick(fittingTexts(shape)))
    }
    case 'integer':
    case 'number':
      return numberFor(shape, d)
    case 'boolean':
      return d.chance(0.5) ? 'true' : 'false'
    case 'null':
      return 'null'
    case 'array': {
      const items = Array.from({ length: d.below(4) }, () => jsonFor(shape.items ?? {}, name, filling))
      return `[${items.join(',')}]`
    }
    case 'object':
      return objectFor(shape, filling)
    default:
      return oddJson(d)
  }
}

function numberFor({ minimum = 0, maximum = 100, type }: Shape, d: Dice): string {
  const value = d.pick([minimum, maximum, minimum - 1, maximum + 1, minimum + d.below(3), minimum + 0.5])
  return String(type === 'integer' && d.chance(0.8) ? Math.trunc(value) : value)
}

/** An object with the fields of its shape: required ones nearly always, strangers, doubles and prototypes by oddness. */
export function objectFor(shape: Shape, filling: Filling, without: readonly string[] = []): string {
  const { d, oddness } = filling
  const pairs: string[] = []
  const put = (name: string, json: string) => pairs.push(`${JSON.stringify(name)}:${json}`)
  for (const [name, field] of Object.entries(shape.properties ?? {})) {
    if (without.includes(name)) continue
    const isWanted = shape.required?.includes(name) ? !d.chance(oddness / 4) : d.chance(0.4)
    if (!isWanted) continue
    put(name, jsonFor(field, name, filling))
    if (d.chance(oddness / 10)) put(name, oddJson(d))
  }
  if (typeof shape.additionalProperties === 'object' && d.chance(0.6)) {
    put(d.pick(usual), jsonFor(shape.additionalProperties, '', filling))
  }
  if (d.chance(oddness / 2)) put(oddText(d), oddJson(d))
  if (d.chance(oddness / 5)) put('__proto__', '{"admin":true,"capabilities":["read"]}')
  return `{${pairs.join(',')}}`
}

function oddOfType(shape: Shape, d: Dice): string {
  const one = shape.anyOf?.[0] ?? shape
  if (one.type === 'integer' || one.type === 'number') return String(d.pick([-1, 0.5, 2 ** 31, 2 ** 53, 1e308, -1e308]))
  if (one.type === 'array') return `[${JSON.stringify(oddText(d))}]`
  if (one.type === 'object') return `{${JSON.stringify(oddText(d))}:${JSON.stringify(oddText(d))}}`
  return JSON.stringify(oddText(d))
}

/** A JSON text as one writes the value into a path, a query or a header. */
export function plainText(json: string): string {
  if (!json.startsWith('"')) return json
  try {
    return JSON.parse(json) as string
  } catch {
    return json
  }
}
