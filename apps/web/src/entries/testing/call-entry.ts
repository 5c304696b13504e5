import { entryFor } from '../../front/entries.ts'
import { pathFields } from '../../rest/input.ts'
import type { Route } from '../../rest/route.ts'
import { restTable } from '../../rest/table.ts'
import type { Deps } from '../../server/context.ts'
import { testOrigin } from '../../server/testing/deps.ts'
import type { Entry } from '../all-entries.ts'

export type Fields = Record<string, unknown>

export interface Called {
  status: number
  text: string
}

/** Asks an entry as it is asked from outside, through the front's own handlers; of a stream, until it says anything. */
export async function callEntry(entry: Entry, fields: Fields, headers: HeadersInit, deps: Deps): Promise<Called> {
  const request = requestOf(entry, fields, new Headers(headers))
  const answers = entryFor(new URL(request.url).pathname)
  if (answers === null) throw new Error(`nothing answers ${request.url}`)
  const response = await answers.handle(request, deps)
  if (entry.kind !== 'subscription' || response.status !== 200) {
    return { status: response.status, text: await response.text() }
  }
  return firstOf(response)
}

function requestOf({ kind, name }: Entry, fields: Fields, headers: Headers): Request {
  const json = () => headers.set('content-type', 'application/json')
  switch (kind) {
    case 'rest': {
      const route = restTable.find(({ method, path }) => name === `${method} /api/v1${path}`)
      if (!route) throw new Error(`there is no route ${name}`)
      if (route.method !== 'GET') json()
      return restRequest(route, fields, headers)
    }
    case 'mutation':
      json()
      return new Request(`${testOrigin}/api/trpc/${name}`, { method: 'POST', headers, body: JSON.stringify(fields) })
    case 'query':
    case 'subscription': {
      const input = encodeURIComponent(JSON.stringify(fields))
      return new Request(`${testOrigin}/api/trpc/${name}?input=${input}`, { headers })
    }
    default:
      return new Request(`${testOrigin}${name}?${queryOf(Object.entries(fields))}`, { headers })
  }
}

const queryOf = (fields: [string, unknown][]) =>
  new URLSearchParams(fields.map(([field, value]) => [field, String(value)]))

function restRequest(route: Route, fields: Fields, headers: Headers): Request {
  const fieldOf = (name: string) => route.rename?.[name] ?? name
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(fields[fieldOf(name)])))
  const inPath = pathFields(route).map(fieldOf)
  const rest = Object.entries(fields).filter(([field]) => !inPath.includes(field))
  if (route.method !== 'GET' && route.method !== 'DELETE') {
    const body = JSON.stringify(Object.fromEntries(rest))
    return new Request(`${testOrigin}/api/v1${path}`, { method: route.method, headers, body })
  }
  return new Request(`${testOrigin}/api/v1${path}?${queryOf(rest)}`, { method: route.method, headers })
}

const patienceMs = 3_000

async function firstOf(response: Response): Promise<Called> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  const late = new Promise<{ done: true; value?: undefined }>((resolve) =>
    setTimeout(resolve, patienceMs, { done: true }).unref(),
  )
  while (!/\nid: |serialized-error\ndata: .*\n/.test(text)) {
    const { value, done } = await Promise.race([reader.read(), late])
    if (done) break
    text += decoder.decode(value, { stream: true })
  }
  void reader.cancel()
  const refused = /serialized-error\ndata: .*"httpStatus":(\d+)/.exec(text)
  return { status: Number(refused?.[1] ?? response.status), text }
}
