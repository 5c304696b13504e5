import { z } from 'zod'
import { attemptLimit, clientOf } from './attempts.ts'
import { readBody, requireJsonType } from './body.ts'
import type { Deps } from './context.ts'
import { DoorError } from './faults.ts'
import { parseJson } from './json.ts'
import { jsonResponse, problemResponse } from './problem.ts'
import { requestIdOf } from './request-id.ts'
import { provenanceOf } from './same-origin.ts'
import { sameSecret } from './secrets.ts'
import { clearedCookie, endSession, openSession, readSession } from './session.ts'

const attempts = attemptLimit()
const methods = 'GET, POST, DELETE'
const credentials = z.strictObject({ token: z.string().min(1).max(1024) })

/** Sign in (POST `{token}`), who am I (GET), sign out (DELETE). The token never goes back out. */
export async function handleSession(request: Request, deps: Deps, limit = attempts): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return whoAmI(request, deps, requestId)
      case 'POST':
        return await signIn(request, deps, requestId, limit)
      case 'DELETE':
        return signOut(request, deps, requestId)
      case 'OPTIONS':
        return jsonResponse(null, 204, requestId, { allow: methods })
      default:
        throw new DoorError('method_not_allowed', `${request.method} is not answered here.`, {
          remedy: `Use ${methods}.`,
          headers: { allow: methods },
        })
    }
  } catch (error) {
    return problemResponse(error, requestId, `${request.method} /api/session`)
  }
}

function whoAmI(request: Request, deps: Deps, requestId: string): Response {
  const session = readSession(request.headers, deps.env(), deps.now())
  if (session === null) {
    throw new DoorError('unauthorized', 'You are not signed in.', { remedy: 'Sign in with the operator token.' })
  }
  return jsonResponse({ name: session.name, expiresAt: session.expiresAt.toISOString() }, 200, requestId)
}

async function signIn(request: Request, deps: Deps, requestId: string, limit: typeof attempts): Promise<Response> {
  const env = deps.env()
  const now = deps.now()
  requireSameOrigin(request, deps)
  const client = clientOf(request.headers)
  const wait = limit.waitSeconds(client, now)
  if (wait > 0) {
    throw new DoorError('too_many_attempts', 'Too many wrong tokens.', {
      remedy: `Try again in ${wait} s.`,
      headers: { 'retry-after': String(wait) },
    })
  }
  requireJsonType(request)
  const given = credentials.safeParse(parseJson(await readBody(request)))
  if (!given.success) {
    throw new DoorError('malformed', 'The body must be {"token": "…"} and nothing else.', {
      field: 'token',
      remedy: 'Send the operator token as text.',
    })
  }
  if (!sameSecret(given.data.token, env.token)) {
    limit.failed(client, now)
    throw new DoorError('unauthorized', 'This is not the operator token.', {
      field: 'token',
      remedy: 'Use the token that was printed at the start, or the one in ROLLCALL_TOKEN.',
    })
  }
  limit.succeeded(client)
  const { session, setCookie } = openSession(env, now)
  return jsonResponse({ name: session.name, expiresAt: session.expiresAt.toISOString() }, 201, requestId, {
    'set-cookie': setCookie,
  })
}

function signOut(request: Request, deps: Deps, requestId: string): Response {
  requireSameOrigin(request, deps)
  const session = readSession(request.headers, deps.env(), deps.now())
  if (session !== null) endSession(session, deps.now())
  return jsonResponse(null, 204, requestId, { 'set-cookie': clearedCookie(deps.env()) })
}

/** Another site must neither sign a person in as someone else nor sign them out. Programs state no origin at all. */
function requireSameOrigin(request: Request, deps: Deps): void {
  if (provenanceOf(request.headers, deps.env()) !== 'foreign') return
  throw new DoorError('forbidden', 'This was asked for by another site.', {
    remedy: 'Sign in on a page of this Rollcall.',
  })
}
