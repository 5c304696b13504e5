import { redact } from '@rollcall/outbound'
import type { Reading, UnreachableReason } from '@rollcall/rollout'
import { isEdgeStatus } from './answers.ts'
import type { Exchange, TransportCode } from './facts.ts'
import { buildinfoSchema, parseJson } from './wire.ts'

const fullSha = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i

/** What a build says of itself when nobody stamped it. Chosen by builders so that it can never equal a commit. */
const sentinels = new Set([
  '',
  'dev',
  'devel',
  '(devel)',
  'development',
  'local',
  'unknown',
  'unset',
  'none',
  'null',
  'n/a',
  'undefined',
])

const reasons = {
  dns: 'dns',
  refused: 'refused',
  timeout_connect: 'timeout_connect',
  timeout_read: 'timeout_read',
  reset: 'reset',
  tls: 'tls',
  too_large: 'other',
  aborted: 'other',
  other: 'other',
} as const satisfies Record<TransportCode, UnreachableReason>

/**
 * One probe to one reading. Only a 200 with a JSON object and a full commit id is a `sha`; everything else is named by
 * what it is, never by what it might have been. `at` is the moment the question was asked: the answer is not older.
 */
export function readReading(exchange: Exchange, at: Date): Reading {
  const common = { at, latencyMs: exchange.latencyMs, httpStatus: exchange.status }
  const { fault, status } = exchange
  const wrong = (detail: string): Reading => ({ ...common, kind: 'wrong_service', detail: redact(detail, [], 200) })
  if (fault !== null && fault.code === 'too_large') return wrong(`${fault.message}: not a /buildinfo`)
  if (fault !== null || status === null) {
    const detail = fault === null ? null : redact(fault.message, [], 200)
    return { ...common, kind: 'unreachable', reason: fault === null ? 'other' : reasons[fault.code], detail }
  }
  if (isEdgeStatus(status))
    return { ...common, kind: 'unreachable', reason: 'http_5xx', detail: `${status} from the edge` }
  if (status >= 500) return { ...common, kind: 'unhealthy', detail: `the tenant answered ${status}` }
  // Asked too often or too slowly: nobody has answered as a tenant, and nothing says that the service is another one.
  if (status === 429 || status === 408)
    return { ...common, kind: 'unreachable', reason: 'other', detail: `${status} from the edge` }
  if (status === 404 || status === 410) return wrong(`${status}: there is no /buildinfo here`)
  if (status === 401 || status === 403) return wrong(`${status}: /buildinfo is not public here`)
  if (status >= 300 && status < 400) {
    const to = exchange.headers.location
    return wrong(`${status}: redirected${to === undefined ? '' : ` to ${to}`}, not followed`)
  }
  if (status !== 200) return wrong(`the answer was ${status}`)
  return readBody(exchange, common, wrong)
}

function readBody(
  exchange: Exchange,
  common: Pick<Reading, 'at' | 'latencyMs' | 'httpStatus'>,
  wrong: (detail: string) => Reading,
): Reading {
  const type = String(exchange.headers['content-type'] ?? '').toLowerCase()
  const encoding = String(exchange.headers['content-encoding'] ?? 'identity').toLowerCase()
  if (encoding !== 'identity') return wrong(`the answer is encoded as ${encoding}, which was not asked for`)
  if (exchange.body.trim() === '') return wrong('the answer is empty')
  // A server that never sets the header sends none or plain text; what parses as JSON with a commit in it is no page.
  if (type !== '' && !/^(?:application\/(?:[\w.+-]*\+)?json|text\/(?:json|plain))\s*(?:;|$)/.test(type)) {
    return wrong(`the answer is ${type}, not JSON`)
  }
  const json = parseJson(exchange.body)
  if (!json.ok) return wrong('the answer is not JSON')
  const body = buildinfoSchema.safeParse(json.value)
  if (!body.success) return wrong('the answer is not a JSON object')
  const sha = body.data.git_sha
  if (typeof sha !== 'string') return wrong('the answer has no git_sha')
  if (fullSha.test(sha) && !/^0+$/.test(sha)) return { ...common, kind: 'sha', sha: sha.toLowerCase(), detail: null }
  if (sentinels.has(sha.trim().toLowerCase()) || /^0+$/.test(sha)) {
    return { ...common, kind: 'unstamped', detail: redact(`git_sha is "${sha}"`, [], 200) }
  }
  return wrong(`git_sha is not a full commit id: "${sha}"`)
}
