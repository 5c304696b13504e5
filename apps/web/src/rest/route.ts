import type { Context } from '@rollcall/services'
import type { z } from 'zod'
import type { Access } from '../server/access.ts'
import type { Deps } from '../server/context.ts'

interface Reply {
  status: number
  /** sent as JSON, unless it is text or a stream of bytes: then `headers` says its type */
  body: unknown
  headers?: Record<string, string>
}

/** How a query parameter's text becomes a field: as it is, as a whole number, or as several values (`a,b` or repeated). */
export type QueryKind = 'text' | 'number' | 'list'

/**
 * One row of the API: where it is, what it takes, which verb answers. GET and DELETE take the fields named in
 * `query`; POST and PUT take every field of `input` that is not in the path from a JSON body.
 */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** below /api/v1; `:name` is a path parameter */
  path: string
  access: Access
  summary: string
  /** the verb's own schema; this layer adds no rule to it */
  input: z.ZodObject
  /** path parameter → field of `input`, where the two have different names */
  rename?: Record<string, string>
  query?: Record<string, QueryKind>
  /** a request header that may carry a field, too */
  header?: { name: string; field: string }
  /** what the answers are, for the description of the API */
  answers: Record<number, string>
  /** what a path that names nothing is called in the refusal */
  noun?: string
  handle: (context: Context, input: Record<string, unknown>, deps: Deps) => Promise<Reply>
}

/** Answers 200 with what the verb gives. */
export function gives(verb: (context: Context, input: Record<string, unknown>) => Promise<unknown>): Route['handle'] {
  return async (context, input) => ({ status: 200, body: await verb(context, input) })
}

/** Answers 200 with everything there is, in the shape that all lists have. */
export function givesAll(verb: (context: Context) => Promise<readonly unknown[]>): Route['handle'] {
  return async (context) => ({ status: 200, body: { items: await verb(context), nextCursor: null } })
}
