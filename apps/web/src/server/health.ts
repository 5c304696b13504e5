import { getLiveness } from '@rollcall/services'
import packageJson from '../../package.json' with { type: 'json' }
import type { Deps } from './context.ts'
import { DoorError, faultOf } from './faults.ts'
import { logFailure } from './log.ts'
import { jsonResponse, problemResponse } from './problem.ts'
import { requestIdOf } from './request-id.ts'

const readyWithinMs = 3_000

/** Answers GET and HEAD with `handle`, and everything else with 405: for paths that are only read. */
export function readOnly(handle: (request: Request, deps: Deps) => Response | Promise<Response>) {
  const allow = 'GET, HEAD, OPTIONS'
  return (request: Request, deps: Deps): Response | Promise<Response> => {
    if (request.method === 'GET' || request.method === 'HEAD') return handle(request, deps)
    const requestId = requestIdOf(request.headers)
    if (request.method === 'OPTIONS') return jsonResponse(null, 204, requestId, { allow })
    const error = new DoorError('method_not_allowed', `${request.method} is not answered at this path.`, {
      remedy: `Use ${allow}.`,
      headers: { allow },
    })
    return problemResponse(error, requestId, 'health')
  }
}

/** The process answers. Nothing else is asked, so that a slow database does not get this process restarted. */
export function handleHealth(request: Request): Response {
  return jsonResponse({ status: 'ok', service: 'rollcall' }, 200, requestIdOf(request.headers))
}

/** Which build this is: what Rollcall asks of every tenant, answered for itself. */
export function handleBuildinfo(request: Request, deps: Deps): Response {
  const body = { service: 'rollcall', git_sha: deps.env().buildSha, version: packageJson.version }
  return jsonResponse(body, 200, requestIdOf(request.headers))
}

/**
 * Whether requests can be served: the database answers and has the schema. A silent worker is told, but does not make
 * web unready: people must still be able to look and to stop.
 */
export async function handleReady(request: Request, deps: Deps): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    const liveness = await within(readyWithinMs, async () => {
      const actor = { name: 'readyz', via: 'api' as const, requestId }
      return getLiveness({ store: await deps.store(), actor, now: deps.now })
    })
    const worker = liveness.workerSeenAt === null ? 'never_seen' : liveness.workerSilent ? 'silent' : 'seen'
    const body = { status: 'ready', database: 'ok', schema: 'ok', worker, workerSeenAt: liveness.workerSeenAt }
    return jsonResponse(body, 200, requestId)
  } catch (error) {
    logFailure(requestId, 'readyz', error)
    const fault = faultOf(error)
    if (fault.code === 'unavailable') return problemResponse(error, requestId, 'readyz')
    const notReady = new DoorError('unavailable', 'The database does not answer as it should.', {
      remedy: 'The log has the cause under this request id.',
      headers: { 'retry-after': '5' },
    })
    return problemResponse(notReady, requestId, 'readyz')
  }
}

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
