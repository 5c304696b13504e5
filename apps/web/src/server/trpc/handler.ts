import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { readBody, requireJsonType } from '../body.ts'
import type { Deps } from '../context.ts'
import { faultOf, faultStatus } from '../faults.ts'
import { dataPolicy } from '../headers.ts'
import { logCause } from '../log-cause.ts'
import { type Principal, principalOf } from '../principal.ts'
import { requestIdOf } from '../request-id.ts'
import { provenanceOf } from '../same-origin.ts'
import { appRouter } from './router.ts'
import { codeOf, notSignedIn } from './trpc.ts'

/** The client sends at most this many calls in one request. */
const batchLimit = 20

/** Answers one tRPC request: queries and subscriptions by GET, mutations and queries too long for an address by POST. */
export async function handleTrpc(request: Request, deps: Deps): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  const response = await answer(request, deps, requestId)
  response.headers.set('x-request-id', requestId)
  response.headers.set('content-security-policy', dataPolicy)
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store')
  return response
}

async function answer(request: Request, deps: Deps, requestId: string): Promise<Response> {
  const env = deps.env()
  let bounded: Request
  let principal: Principal | null
  try {
    principal = await principalOf(request.headers, deps)
    // Each procedure asks again; here nobody's body is read and nobody is given an event stream that only says no.
    if (principal === null) throw notSignedIn()
    bounded = await withBoundedBody(request)
  } catch (error) {
    return refusal(error, requestId)
  }
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: bounded,
    router: appRouter,
    maxBatchSize: batchLimit,
    // a preview may be asked by POST; a mutation is never taken by GET
    allowMethodOverride: true,
    createContext: () => ({ deps, requestId, principal, provenance: provenanceOf(request.headers, env) }),
    onError({ error, path }) {
      // what tRPC refuses itself has a parser's complaint as its cause
      const isBroken = error.code === 'INTERNAL_SERVER_ERROR' || error.code === 'SERVICE_UNAVAILABLE'
      if (isBroken) logCause(requestId, `trpc ${path ?? ''}`, error.cause ?? error)
    },
  })
}

async function withBoundedBody(request: Request): Promise<Request> {
  if (request.method !== 'POST') return request
  requireJsonType(request)
  const body = await readBody(request)
  return new Request(request.url, { method: 'POST', headers: request.headers, body, signal: request.signal })
}

/** The same shape that the router's own errors have, for what is refused before the router is asked. */
function refusal(error: unknown, requestId: string): Response {
  const { code, message, field, remedy, errors: details, headers } = faultOf(error)
  logCause(requestId, 'trpc', error)
  const httpStatus = faultStatus[code]
  const data = { code: codeOf[code], httpStatus, requestId, rollcall: { code, field, remedy, details } }
  const body = { error: { message, code: TRPC_ERROR_CODES_BY_KEY[codeOf[code]], data } }
  return Response.json(body, { status: httpStatus, headers: headers ?? {} })
}
