import { z } from 'zod'
import packageJson from '../../package.json' with { type: 'json' }
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
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: {
        problem: {
          description: 'Refused; says which field and what would help',
          content: { 'application/problem+json': { schema: problem } },
        },
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
    parameters: [
      ...pathFields(route).map((name) => parameter(name, 'path', route.rename?.[name] ?? name)),
      ...Object.keys(route.query ?? {}).map((name) => parameter(name, 'query')),
      ...(route.header ? [parameter(route.header.name, 'header', route.header.field)] : []),
    ],
    ...(fields.length > 0 ? { requestBody: body } : {}),
    responses: { ...Object.fromEntries(answers), default: { $ref: '#/components/responses/problem' } },
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
