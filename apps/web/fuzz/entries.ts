import { z } from 'zod'
import { authRoutes } from '../src/auth/handler.ts'
import { frontEntries } from '../src/front/entries.ts'
import { apiRoot } from '../src/rest/dispatch.ts'
import { pathFields } from '../src/rest/input.ts'
import { restTable } from '../src/rest/table.ts'
import { appRouter } from '../src/server/trpc/router.ts'
import { type Shape, shapeOf } from './shapes.ts'

/** One way into the product, as far as one has to know it to ask it anything. */
export interface FuzzEntry {
  /** what a person calls it, and `--only` looks for */
  name: string
  kind: 'rest' | 'query' | 'mutation' | 'subscription' | 'front' | 'hook' | 'page'
  method: string
  /** `:name` is a parameter */
  path: string
  /** what the input looks like; null: it takes none */
  shape: Shape | null
  /** path parameter → field of the input */
  params: Readonly<Record<string, string>>
  /** names of its query parameters */
  query: readonly string[]
  /** which things of the world its ids name */
  group: string
}

const nothing = { shape: null, params: {}, query: [], group: '' }

function rest(): FuzzEntry[] {
  return restTable.map((route) => ({
    name: `${route.method} ${apiRoot}${route.path}`,
    kind: 'rest',
    method: route.method,
    path: `${apiRoot}${route.path}`,
    shape: shapeOf(route.input),
    params: Object.fromEntries(pathFields(route).map((name) => [name, route.rename?.[name] ?? name])),
    query: Object.keys(route.query ?? {}),
    group: route.path.split('/')[1] ?? '',
  }))
}

/** The schema that a parser of a procedure stands for: itself, or the one that it was made with. */
function schemaOf(parser: unknown): z.ZodType | null {
  if (parser instanceof z.ZodType) return parser
  const { schema } = (typeof parser === 'function' ? parser : {}) as { schema?: unknown }
  return schema instanceof z.ZodType ? schema : null
}

interface ProcedureFacts {
  _def: { type: 'query' | 'mutation' | 'subscription'; inputs: readonly unknown[] }
}

function procedures(): FuzzEntry[] {
  const all = Object.entries(appRouter._def.procedures as unknown as Record<string, ProcedureFacts>)
  return all.map(
    ([
      path,
      {
        _def: { type, inputs },
      },
    ]) => {
      const schemas = inputs.map(schemaOf).filter((schema) => schema !== null)
      return {
        ...nothing,
        name: `${type} ${path}`,
        kind: type,
        method: type === 'mutation' ? 'POST' : 'GET',
        path: `/api/trpc/${path}`,
        shape: schemas[0] ? shapeOf(schemas[0]) : null,
        group: path.split('.')[0] ?? '',
      }
    },
  )
}

const texts = (names: readonly string[]): Shape => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: names,
})

/** What the paths take that have no schema to ask. */
const bodies: Readonly<Record<string, Shape>> = {
  '/api/session': texts(['token']),
  '/api/auth/sign-in/email': texts(['email', 'password']),
  '/api/auth/setup': texts(['secret', 'name', 'email', 'password']),
  '/api/auth/invitation': texts(['secret', 'password']),
  '/api/v1/token-exchange': texts(['token']),
}
const queries = ['format', 'environment', 'action', 'actor', 'outcome', 'from', 'to', 'cursor', 'code', 'state', 'iss']

/** What stands in the front's table itself, and what is below it; what is behind the others is listed piece by piece above. */
function fronts(): FuzzEntry[] {
  const below = Object.keys(authRoutes).map((path) => `/api/auth${path}`)
  return [...frontEntries.map(({ path }) => path), ...below].flatMap((path) =>
    ['GET', 'POST'].map((method) => ({
      ...nothing,
      name: `${method} ${path}`,
      kind: 'front' as const,
      method,
      path,
      shape: bodies[path] ?? texts([]),
      query: path.startsWith('/api/a') ? queries : [],
    })),
  )
}

/** What some senders' deliveries have in common. */
const deliveryShape: Shape = {
  type: 'object',
  properties: Object.fromEntries(
    [
      'sha',
      'context',
      'state',
      'ref',
      'after',
      'action',
      'repository',
      'client_payload',
      'workflow_run',
      'commits',
    ].map((name) => [
      name,
      {
        anyOf: [
          { type: 'string' },
          {
            type: 'object',
            properties: { full_name: { type: 'string' }, sha: { type: 'string' }, head_sha: { type: 'string' } },
          },
          { type: 'array', items: {} },
        ],
      },
    ]),
  ),
}

const hooks: FuzzEntry[] = [
  {
    ...nothing,
    name: 'POST /hooks/:endpoint',
    kind: 'hook',
    method: 'POST',
    path: '/hooks/:endpoint',
    params: { endpoint: 'endpoint' },
    shape: deliveryShape,
  },
]

const screens = ['/', '/applies', '/applies/:id', '/fleet', '/fleet/:environment/:slug', '/sign-in', '/not/there']

/** Pages, which only the whole product has: they are Next's. */
const pages: FuzzEntry[] = [...screens, '/_next/:file', '/_next/static/:file', '/_next/image'].map((path) => ({
  ...nothing,
  name: `page ${path}`,
  kind: 'page',
  method: 'GET',
  path,
  params: Object.fromEntries([...path.matchAll(/:(\w+)/g)].map(([, name]) => [name, name])),
  query: path === '/_next/image' ? ['url', 'w', 'q'] : ['environment', 'state', 'view', 'cursor'],
  group: path.split('/')[1] ?? '',
}))

/** Every entry there is, taken from what serves them: a new one is asked without being named here. */
export const fuzzEntries = (withPages: boolean): FuzzEntry[] => [
  ...rest(),
  ...procedures(),
  ...fronts(),
  ...hooks,
  ...(withPages ? pages : []),
]
