import type { z } from 'zod'
import { type FrontEntry, frontEntries } from '../front/entries.ts'
import { hookAccess } from '../hooks/serve.ts'
import type { Route } from '../rest/route.ts'
import { restTable } from '../rest/table.ts'
import type { Access } from '../server/access.ts'
import { appRouter } from '../server/trpc/router.ts'
import { admissionOf } from '../server/trpc/trpc.ts'

/** One thing that can be asked of this process from outside. */
export interface Entry {
  kind: 'rest' | 'query' | 'mutation' | 'subscription' | 'path' | 'hook'
  /** `POST /api/v1/applies`, `applies.open`, `/healthz` */
  name: string
  /** who may use it, as it is checked; undefined: nobody says */
  access: Access | undefined
  /** whoever asks it may leave something other than it was */
  changes: boolean
  /** what its input is held to, where it takes any */
  input: z.ZodType | null
}

/** All entries of the running process, gathered from the tables that serve them. */
export const allEntries = (): Entry[] => [
  ...restEntries(restTable),
  ...procedureEntries(appRouter),
  ...pathEntries(frontEntries),
  { kind: 'hook', name: 'POST /hooks/:endpoint', access: hookAccess, changes: true, input: null },
]

/** What only answers, and takes more than an address can hold. */
const asksWithBody: ReadonlySet<string> = new Set(['POST /api/v1/configuration/diff'])

export const restEntries = (table: readonly Route[]): Entry[] =>
  table.map(({ method, path, access, input }) => {
    const name = `${method} /api/v1${path}`
    return { kind: 'rest', name, access, changes: method !== 'GET' && !asksWithBody.has(name), input }
  })

interface Procedure {
  _def: { type: 'query' | 'mutation' | 'subscription'; middlewares?: readonly object[]; inputs?: readonly unknown[] }
}

/** Walked as the router serves them: what a procedure only says, and does not check first, is not its access. */
export function procedureEntries(router: { _def: { procedures: object } }): Entry[] {
  return Object.entries(router._def.procedures as Record<string, Procedure>).map(([name, { _def }]) => {
    const [first] = _def.middlewares ?? []
    const access = first && admissionOf(first)
    return { kind: _def.type, name, access, changes: _def.type === 'mutation', input: schemaOf(_def.inputs?.[0]) }
  })
}

/** The schema itself, or the one that `accepts` was given. */
function schemaOf(parser: unknown): z.ZodType | null {
  const { schema = parser } = (parser ?? {}) as { schema?: unknown }
  return typeof schema === 'object' && schema !== null && '_zod' in schema ? (schema as z.ZodType) : null
}

/** Behind these paths every row or procedure states its own; a path that only says so is stated by nobody. */
const doors: ReadonlySet<string> = new Set(['/api/v1', '/api/trpc', '/api'])

export const pathEntries = (entries: readonly FrontEntry[]): Entry[] =>
  entries
    .filter(({ path, access }) => access !== 'of each' || !doors.has(path))
    .map(({ path, access }) => ({
      kind: 'path',
      name: path,
      access: access === 'of each' ? undefined : access,
      changes: false,
      input: null,
    }))
