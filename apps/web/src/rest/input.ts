import { readBody, requireJsonType } from '../server/body.ts'
import { DoorError } from '../server/faults.ts'
import { parseJson, requirePlain } from '../server/json.ts'
import { type Finding, findings } from './findings.ts'
import type { Match } from './match.ts'
import type { QueryKind, Route } from './route.ts'
import { nearest } from './suggest.ts'

/**
 * The input of a route's verb, gathered from path, query, header and body, and checked against the verb's own schema.
 * Throws one DoorError that names every finding: 404 when the path names nothing possible, 400 when something is not
 * of the right shape or unknown, 422 when a value is not possible. Questionable query parameters are always 400.
 */
export async function readInput(request: Request, match: Match): Promise<Record<string, unknown>> {
  const { route, params } = match
  const inPath = pathFields(route)
  const path = Object.fromEntries(Object.entries(params).map(([name, value]) => [route.rename?.[name] ?? name, value]))
  if (!isPlain(path)) throw noSuch(route, params)

  const found: Finding[] = []
  const query = readQuery(new URL(request.url).searchParams, route, found)
  const body = hasBody(route) ? await readFields(request, route, found) : {}
  const input = { ...query, ...body, ...headerField(request, route, body), ...path }

  const parsed = route.input.safeParse(input)
  if (!parsed.success) {
    const named = findings(
      parsed.error,
      input,
      (field) => publicName(route, field),
      (name) => Object.hasOwn(route.query ?? {}, name),
    )
    if (route.method !== 'PUT' && named.some(({ field }) => inPath.includes(field))) throw noSuch(route, params)
    found.push(...named.filter((finding) => !found.some(({ field }) => field === finding.field)))
  }
  if (found.length > 0) throw refusal(found, route)
  return input
}

const hasBody = ({ method }: Route) => method !== 'GET' && method !== 'DELETE'

/** Names of the path parameters as the caller knows them. */
export const pathFields = (route: Route) =>
  route.path.split('/').flatMap((part) => (part.startsWith(':') ? [part.slice(1)] : []))

/** Fields of the body: all that the verb takes and the path does not give. */
export function bodyFields(route: Route): string[] {
  if (!hasBody(route)) return []
  const given = pathFields(route).map((name) => route.rename?.[name] ?? name)
  return Object.keys(route.input.shape).filter((field) => !given.includes(field))
}

/** The name under which the caller sent a field. */
export function publicName(route: Route, field: string): string {
  return Object.entries(route.rename ?? {}).find(([, to]) => to === field)?.[0] ?? field
}

export function noSuch(route: Route, params: Record<string, string>): DoorError {
  const [field = null] = Object.keys(params)
  const value = field === null ? '' : (params[field] ?? '')
  return new DoorError(
    'not_found',
    `There is no ${route.noun ?? 'such thing'} ${JSON.stringify(value.slice(0, 80))}.`,
    {
      field,
      remedy: `Take the ${field} from a list of this API.`,
    },
  )
}

function readQuery(search: URLSearchParams, route: Route, found: Finding[]): Record<string, unknown> {
  const known = route.query ?? {}
  const input: Record<string, unknown> = {}
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name)
    requirePlain(values, 'query')
    requirePlain(name, 'query')
    const kind = Object.hasOwn(known, name) ? known[name] : undefined
    if (kind === undefined) found.push(unknownName(name, Object.keys(known), 'query parameter'))
    else readParameter(name, kind, values, input, found)
  }
  return input
}

function readParameter(
  name: string,
  kind: QueryKind,
  values: string[],
  input: Record<string, unknown>,
  found: Finding[],
) {
  if (kind === 'list') {
    const list = values.flatMap((value) => value.split(',')).filter((value) => value !== '')
    if (list.length > 0) input[name] = list
    return
  }
  const [value = ''] = values
  if (values.length > 1) {
    found.push({
      field: name,
      message: `${name} is given ${values.length} times.`,
      remedy: `Give ${name} once.`,
      malformed: true,
    })
  } else if (kind === 'number' && value !== '') {
    input[name] = /^-?\d{1,15}$/.test(value) ? Number(value) : value
  } else if (value !== '') {
    input[name] = value
  }
}

async function readFields(request: Request, route: Route, found: Finding[]): Promise<Record<string, unknown>> {
  const text = await readBody(request)
  if (text.trim() === '') return {}
  requireJsonType(request)
  const body = parseJson(text)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new DoorError('malformed', 'The body must be one JSON object.', { remedy: 'Send {…}.' })
  }
  const known = bodyFields(route)
  const fields = Object.entries(body).filter(([name]) => {
    if (known.includes(name)) return true
    found.push(unknownName(name, known, 'field'))
    return false
  })
  return Object.fromEntries(fields)
}

function headerField(request: Request, route: Route, body: Record<string, unknown>): Record<string, unknown> {
  if (!route.header) return {}
  const { name, field } = route.header
  const value = request.headers.get(name)
  if (value === null) return {}
  if (body[field] !== undefined && body[field] !== value) {
    throw new DoorError('invalid', `${field} and the header ${name} say different things.`, {
      field,
      remedy: `Send one of them, or the same in both.`,
    })
  }
  return { [field]: value }
}

function unknownName(name: string, known: readonly string[], what: string): Finding {
  const field = name.slice(0, 80)
  const meant = nearest(name, known)
  const remedy =
    meant !== null ? `Did you mean ${meant}?` : known.length > 0 ? `Known here: ${known.join(', ')}.` : 'Leave it out.'
  return { field, message: `${field} is not a known ${what}.`, remedy, malformed: true }
}

function refusal(found: Finding[], route: Route): DoorError {
  const [first] = found as [Finding, ...Finding[]]
  const malformed = found.some((finding) => finding.malformed || Object.hasOwn(route.query ?? {}, finding.field))
  const errors = found.map(({ field, message, remedy }) => ({ field, message, remedy }))
  const { field, message, remedy } = first
  return new DoorError(malformed ? 'malformed' : 'invalid', message, { field, remedy, errors })
}

function isPlain(value: unknown): boolean {
  try {
    requirePlain(value)
    return true
  } catch {
    return false
  }
}
