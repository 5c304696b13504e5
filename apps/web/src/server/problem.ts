import { type Fault, faultOf, faultStatus } from './faults.ts'
import { dataPolicy } from './headers.ts'
import { logCause } from './log-cause.ts'

const titles: Record<number, string> = {
  400: 'Malformed request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Refused by the present state',
  413: 'Body too large',
  415: 'Unsupported content type',
  422: 'Invalid input',
  429: 'Too many attempts',
  500: 'Internal error',
  503: 'Not available right now',
}

/** RFC 9457: what went wrong, in the words of the one who can mend it. */
interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail: string
  field: string | null
  remedy: string | null
  errors?: Fault['errors']
  requestId: string
}

/** Answers with the problem that `error` stands for. What broke is logged, and told without its inside. */
export function problemResponse(error: unknown, requestId: string, where: string): Response {
  logCause(requestId, where, error)
  const { status, problem, headers } = problemOf(faultOf(error), requestId)
  return jsonResponse(problem, status, requestId, headers)
}

/** The problem document of a refusal, however it is sent. */
export function problemOf(
  fault: Fault,
  requestId: string,
): { status: number; problem: Problem; headers: Record<string, string> } {
  const status = faultStatus[fault.code]
  const problem: Problem = {
    type: 'about:blank',
    title: titles[status] ?? 'Refused',
    status,
    code: fault.code,
    detail: fault.message,
    field: fault.field,
    remedy: fault.remedy,
    ...(fault.errors.length > 0 ? { errors: fault.errors } : {}),
    requestId,
  }
  return { status, problem, headers: { 'content-type': 'application/problem+json', ...fault.headers } }
}

/** A JSON answer that no cache keeps and no browser runs. */
export function jsonResponse(
  body: unknown,
  status: number,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: jsonHeaders(status, requestId, headers),
  })
}

/** What every answer of data carries, besides `more`. */
export function jsonHeaders(
  status: number,
  requestId: string,
  more: Record<string, string> = {},
): Record<string, string> {
  return {
    ...(status === 204 ? {} : { 'content-type': 'application/json' }),
    'cache-control': 'no-store',
    'content-security-policy': dataPolicy,
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...more,
  }
}
