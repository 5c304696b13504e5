import { admit, admitAnywhere } from '../server/admit.ts'
import { type Deps, serviceContext } from '../server/context.ts'
import { DoorError, type Fault, faultOf } from '../server/faults.ts'
import { machineOf, type Principal } from '../server/principal.ts'
import { jsonResponse, problemResponse } from '../server/problem.ts'
import { requestIdOf } from '../server/request-id.ts'
import { tellRefused } from '../server/tell-refused.ts'
import { bodyFields, noSuch, pathFields, publicName, readInput } from './input.ts'
import { allowedMethods, type Match, matchPath, segmentsBelow } from './match.ts'
import { isAboutInput } from './plan-refusals.ts'
import type { Route } from './route.ts'

export const apiRoot = '/api/v1'

/**
 * Answers one request of a machine. Every refusal is a problem document. In this order: who are you (401), is there
 * such a path (404), does it answer this method (405), may you (403), what do you send (400, 413, 415, 422), the verb.
 */
export async function handleRest(request: Request, table: readonly Route[], deps: Deps): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  const { pathname } = new URL(request.url)
  try {
    const principal = await identify(request, deps)
    const matches = findPath(table, pathname)
    if (request.method === 'OPTIONS') return jsonResponse(null, 204, requestId, { allow: allowedMethods(matches) })
    const match = findMethod(matches, request.method)
    const response = await answerRoute(request, match, principal, deps, requestId)
    return request.method === 'HEAD' ? new Response(null, response) : response
  } catch (error) {
    const response = problemResponse(error, requestId, `${request.method} ${pathname.slice(0, 200)}`)
    return request.method === 'HEAD' ? new Response(null, response) : response
  }
}

async function identify(request: Request, deps: Deps): Promise<Principal> {
  const principal = await machineOf(request.headers, deps)
  if (principal !== null) return principal
  const given = request.headers.has('authorization')
  throw new DoorError('unauthorized', given ? 'This token is not valid here.' : 'A token is needed.', {
    field: 'Authorization',
    remedy: 'Send Authorization: Bearer and an API token; they are made on the page Tokens.',
    headers: {
      'www-authenticate': given ? 'Bearer realm="rollcall", error="invalid_token"' : 'Bearer realm="rollcall"',
    },
  })
}

function findPath(table: readonly Route[], pathname: string): Match[] {
  const segments = segmentsBelow(apiRoot, pathname)
  const matches = segments === null ? [] : matchPath(table, segments)
  if (matches.length > 0) return matches
  throw new DoorError('not_found', 'There is nothing at this path.', {
    remedy: `GET ${apiRoot}/openapi.json lists the paths.`,
  })
}

function findMethod(matches: readonly Match[], method: string): Match {
  const wanted = method === 'HEAD' ? 'GET' : method
  const match = matches.find(({ route }) => route.method === wanted)
  if (match) return match
  const allow = allowedMethods(matches)
  throw new DoorError('method_not_allowed', `${method} is not answered at this path.`, {
    remedy: `Use ${allow}.`,
    headers: { allow },
  })
}

/** Answers a request that has found its route, for somebody who is known. Throws what refuses it. */
export async function answerRoute(
  request: Request,
  match: Match,
  principal: Principal,
  deps: Deps,
  requestId: string,
): Promise<Response> {
  const { route, params } = match
  const context = await serviceContext(deps, principal, requestId)
  let input: unknown = params
  try {
    await admitAnywhere(context, principal, route.access)
    input = await readInput(request, match)
    await admit(context, principal, route.access, input)
    const { status, body, headers } = await route.handle(context, input as Record<string, unknown>, deps)
    if (typeof body !== 'string' && !(body instanceof ReadableStream)) {
      return jsonResponse(body, status, requestId, headers)
    }
    // a text of its own, in the type that its route says
    return new Response(body, jsonResponse(null, status, requestId, headers))
  } catch (error) {
    const entry = `${route.method} ${route.path}`
    tellRefused(context, { entry, access: route.access, changes: route.method !== 'GET', input }, error)
    throw input === params ? error : inPlace(faultOf(error), error, route, params)
  }
}

/**
 * A service knows fields, not where the caller put them: an invalid path parameter names nothing (404), a bad query
 * parameter is malformed (400); a body that names something unknown, a key that was used for something else and a
 * plan that could not be made for any fleet are input that cannot be taken (422).
 */
function inPlace(fault: Fault, error: unknown, route: Route, params: Record<string, string>): unknown {
  if (fault.code === 'internal' || fault.field === null) return error
  const field = publicName(route, fault.field)
  const { code, message, remedy, headers } = fault
  const errors = fault.errors.map((one) => ({
    ...one,
    field: one.field === null ? null : publicName(route, one.field),
  }))
  const placed = (as: Fault['code']) => new DoorError(as, message, { field, remedy, errors, headers })
  if (code === 'invalid' && route.method !== 'PUT' && pathFields(route).includes(field)) return noSuch(route, params)
  if (code === 'invalid' && Object.hasOwn(route.query ?? {}, field)) return placed('malformed')
  if (code === 'not_found' && bodyFields(route).includes(field)) return placed('invalid')
  if (code === 'conflict' && field === 'idempotencyKey') return placed('invalid')
  if (code === 'refused' && errors.some((one) => isAboutInput(one.code))) return placed('invalid')
  return placed(code)
}
