import {
  beginSignIn,
  credentialOf,
  openOperatorSession,
  recordFailedSignIn,
  signInSucceeded,
  signOut,
} from '@rollcall/services'
import { z } from 'zod'
import { beginAs, readShape, requireNotForeign, tooMany } from '../auth/asked.ts'
import { clearedCookie, sessionCookieLine } from '../auth/cookie.ts'
import { operatorMark, readSession } from '../auth/session.ts'
import { type Deps, serviceContext } from './context.ts'
import { DoorError } from './faults.ts'
import { principalOf } from './principal.ts'
import { jsonResponse, problemResponse } from './problem.ts'
import { requestIdOf } from './request-id.ts'
import { provenanceOf } from './same-origin.ts'
import { sameSecret } from './secrets.ts'

const methods = 'GET, POST, DELETE'
const credentials = z.strictObject({ token: z.string().min(1).max(1024) })

/** Sign in with the operator token (POST `{token}`), who am I (GET), sign out (DELETE). The token never goes back out. */
export async function handleSession(request: Request, deps: Deps): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return await whoAmI(request, deps, requestId)
      case 'POST':
        return await signIn(request, deps, requestId)
      case 'DELETE':
        return await endOwn(request, deps, requestId)
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

async function whoAmI(request: Request, deps: Deps, requestId: string): Promise<Response> {
  const session = await readSession(request.headers, deps)
  if (session === null) throw new DoorError('unauthorized', 'You are not signed in.', { remedy: 'Sign in.' })
  return jsonResponse({ name: session.name, expiresAt: session.expiresAt.toISOString() }, 200, requestId)
}

async function signIn(request: Request, deps: Deps, requestId: string): Promise<Response> {
  const env = deps.env()
  requireNotForeign(request, deps)
  const given = await readShape(request, credentials, '{"token": "…"}')
  const { ctx, client, browser } = await beginAs(request, deps, { requestId, credential: 'operator token' })
  const attempt = await beginSignIn(ctx, { way: 'sign-in', account: 'operator token', client })
  if (attempt.waitSeconds > 0) throw tooMany(attempt.waitSeconds)
  const mark = operatorMark(env)
  if (mark === null || env.token === null || !sameSecret(given.token, env.token)) {
    await recordFailedSignIn(ctx, { email: null, client, because: 'wrong token' })
    throw new DoorError('unauthorized', 'This is not the operator token.', {
      field: 'token',
      remedy:
        mark === null
          ? 'There is none: ROLLCALL_TOKEN is not set. Sign in as yourself.'
          : 'Use the token that was printed at the start, or the one in ROLLCALL_TOKEN.',
    })
  }
  const session = await openOperatorSession(ctx, { mark, client, browser })
  await signInSucceeded(ctx, attempt)
  return jsonResponse({ name: 'operator', expiresAt: session.expiresAt.toISOString() }, 201, requestId, {
    'set-cookie': sessionCookieLine(env, session.token),
  })
}

/** A cookie signs out only from a page of this Rollcall. */
async function endOwn(request: Request, deps: Deps, requestId: string): Promise<Response> {
  requireNotForeign(request, deps)
  const session = await readSession(request.headers, deps)
  if (session !== null) {
    if (provenanceOf(request.headers, deps.env()) !== 'same_origin') {
      throw new DoorError('forbidden', 'Nothing says that a page of this Rollcall has asked for this.', {
        remedy: 'Sign out on a page of this Rollcall.',
      })
    }
    const principal = await principalOf(new Headers({ cookie: request.headers.get('cookie') ?? '' }), deps)
    if (principal?.credential === credentialOf(session.id))
      await signOut(await serviceContext(deps, principal, requestId))
  }
  return jsonResponse(null, 204, requestId, { 'set-cookie': clearedCookie(deps.env()) })
}
