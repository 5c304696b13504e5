import { z } from 'zod'
import packageJson from '../../package.json' with { type: 'json' }
import { exchangeDescription } from '../exchange/description.ts'
import { type Access, accessWords } from '../server/access.ts'
import { bodyFields, pathFields } from './input.ts'
import type { Route } from './route.ts'

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document of a route table, with the inputs exactly as the verbs' own schemas take them. */
export function describeApi(table: readonly Route[]): Json {
  const paths: Record<string, Json> = {}
  for (const route of table) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    const item = paths[path] ?? {}
    item[route.method.toLowerCase()] = operation(route)
    paths[path] = item
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Rollcall', version: packageJson.version, description: 'The rollout control room, for machines.' },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }],
    paths: { ...paths, '/token-exchange': { post: exchangeDescription } },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: {
        problem: refused('Refused; says which field and what would help'),
        unauthorized: refused('No token was sent, or one that lets nobody in'),
        forbidden: refused('The token may not do this there; says which capability is missing and who has it'),
      },
    },
  }
}

function operation(route: Route): Json {
  const schema = z.toJSONSchema(route.input, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  const properties = schema.properties ?? {}
  const required = schema.required ?? []
  const parameter = (name: string, place: string, field = name) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(field),
    schema: properties[field] ?? { type: 'string' },
  })
  const fields = bodyFields(route)
  const needed = required.filter((field) => fields.includes(field))
  const body = {
    required: needed.length > 0,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: Object.fromEntries(fields.map((field) => [field, properties[field] ?? {}])),
          ...(needed.length > 0 ? { required: needed } : {}),
          additionalProperties: false,
        },
      },
    },
  }
  const answers = Object.entries(route.answers).map(([status, description]) => [
    status,
    { description, content: { 'application/json': { schema: { type: 'object' } } } },
  ])
  return {
    summary: route.summary,
    ...permissionOf(route.access),
    parameters: [
      ...pathFields(route).map((name) => parameter(name, 'path', route.rename?.[name] ?? name)),
      ...Object.keys(route.query ?? {}).map((name) => parameter(name, 'query')),
      ...(route.header ? [parameter(route.header.name, 'header', route.header.field)] : []),
    ],
    ...(fields.length > 0 ? { requestBody: body } : {}),
    responses: {
      ...Object.fromEntries(answers),
      ...(route.access.kind === 'open' ? {} : { 401: { $ref: '#/components/responses/unauthorized' } }),
      ...(route.access.kind === 'open' ? {} : { 403: { $ref: '#/components/responses/forbidden' } }),
      default: { $ref: '#/components/responses/problem' },
    },
  }
}

const refused = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
})

/** Which capability it needs and where, in a sentence and for programs. */
function permissionOf(access: Access): Json {
  if (access.kind !== 'may') return { description: accessWords(access) }
  const { capability, scope, overrides } = access
  return {
    description: accessWords(access),
    'x-capability': capability,
    'x-scope': typeof scope === 'string' ? scope : { environmentOf: scope.of, field: scope.field },
    ...(overrides.length > 0 ? { 'x-overrides': overrides.map(({ capability, when }) => ({ capability, when })) } : {}),
  }
}

const text = { type: 'string' }
const textOrNull = { type: ['string', 'null'] }
const finding = {
  type: 'object',
  properties: { code: text, field: textOrNull, message: text, remedy: textOrNull, line: { type: 'integer' } },
  required: ['field', 'message', 'remedy'],
}
const problem = {
  type: 'object',
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    code: text,
    detail: text,
    field: textOrNull,
    remedy: textOrNull,
    errors: { type: 'array', items: finding },
    requestId: text,
  },
  required: ['type', 'title', 'status', 'code', 'detail', 'field', 'remedy', 'requestId'],
}
