import type { Context } from '@rollcall/services'
import type { z } from 'zod'
import { readBody, requireJsonType } from '../server/body.ts'
import { clientAddressOf } from '../server/client-address.ts'
import type { Deps } from '../server/context.ts'
import { DoorError } from '../server/faults.ts'
import { parseJson } from '../server/json.ts'
import { provenanceOf } from '../server/same-origin.ts'
import type { SignIn } from './sign-in.ts'

/** Another site must neither sign somebody in as someone else nor sign them out. Programs state no origin at all. */
export function requireNotForeign(request: Request, deps: Deps): void {
  if (provenanceOf(request.headers, deps.env()) !== 'foreign') return
  throw new DoorError('forbidden', 'This was asked for by another site.', {
    remedy: 'Sign in on a page of this Rollcall.',
  })
}

/** A link or a token and a few fields of a person. */
const shapeCapBytes = 16 * 1024

/** Reads a JSON body of a known shape; what it holds is not repeated. */
export async function readShape<S extends z.ZodType>(request: Request, shape: S, what: string): Promise<z.output<S>> {
  requireJsonType(request)
  const given = shape.safeParse(parseJson(await readBody(request, shapeCapBytes)))
  if (given.success) return given.data
  const field = given.error.issues[0]?.path.join('.')
  throw new DoorError('malformed', `The body must be ${what} and nothing else.`, {
    field: field || null,
    remedy: 'Send these fields, as text.',
  })
}

/** A sign-in that begins: nobody is known yet. `credential` is how they are going to prove who they are. */
export async function beginAs(
  request: Request,
  deps: Deps,
  { requestId, credential }: { requestId: string; credential: string },
): Promise<SignIn> {
  const ctx: Context = {
    store: await deps.store(),
    actor: { name: 'somebody', via: 'ui', credential, requestId },
    sees: new Set(),
    now: deps.now,
  }
  const client = clientAddressOf(request.headers, deps.env())
  return { ctx, client, browser: request.headers.get('user-agent'), passwordHash: null, refused: null, trouble: null }
}

export function tooMany(waitSeconds: number): DoorError {
  return new DoorError('too_many_attempts', 'Too many tries have failed.', {
    remedy: `Try again in ${waitSeconds} s.`,
    headers: { 'retry-after': String(waitSeconds) },
  })
}
