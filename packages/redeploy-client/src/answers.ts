import { redact } from '@rollcall/outbound'
import type { Exchange, Outcome, Owes } from './facts.ts'
import { errorTextOf, type FleetAnswer, parseFleetAnswer } from './wire.ts'

/** What the caller owes and whether asking again can help, per outcome. */
export const duties = {
  accepted: { retryable: false, owes: 'look' },
  partial: { retryable: false, owes: 'look' },
  failed: { retryable: false, owes: 'look' },
  refused: { retryable: false, owes: 'nothing' },
  transient: { retryable: true, owes: 'look_before_retry' },
  unknown: { retryable: true, owes: 'look_before_retry' },
  not_connected: { retryable: true, owes: 'nothing' },
  protocol_error: { retryable: false, owes: 'look' },
} as const satisfies Record<Outcome, { retryable: boolean; owes: Owes }>

/** What edges and load balancers answer in the place of the control plane. 52x and 530 are one large edge's own. */
export function isEdgeStatus(status: number): boolean {
  return status === 502 || status === 503 || status === 504 || (status >= 520 && status <= 530)
}

/** Reading an answer up to the point where the rows matter. */
export type FirstReading =
  | { outcome: 'answered'; answer: FleetAnswer }
  | { outcome: Exclude<Outcome, 'accepted' | 'partial'>; message: string; answer: FleetAnswer | null }

/** Sorts an exchange with `redeploy-fleet` by transport, then status, then body. `about` names the call in messages. */
export function firstReading(exchange: Exchange, about: string, secrets: readonly string[]): FirstReading {
  const { fault, status } = exchange
  // Too large is only a question of trust in a success; beside an error status the status has said it all.
  const broken = fault !== null && !(fault.code === 'too_large' && status !== 200)
  const answer = broken ? null : parseFleetAnswer(exchange.body)
  if (!broken && status === 200 && answer !== null) return { outcome: 'answered', answer }
  const { outcome, text } = broken || status === null ? transportReading(exchange) : statusReading(exchange, status)
  return { outcome, message: redact(`${about}: ${text}`, secrets), answer }
}

type Told = { outcome: Exclude<Outcome, 'accepted' | 'partial'>; text: string }

function statusReading(exchange: Exchange, status: number): Told {
  const said = errorTextOf(exchange.body)
  const because = said === '' ? '' : `: ${said}`
  if (status === 200) {
    return {
      outcome: 'protocol_error',
      text: `the control plane answered 200 without a readable "ok" (${shapeOf(exchange)})`,
    }
  }
  if (status === 401) return { outcome: 'refused', text: `401, the control plane does not accept the token${because}` }
  if (status === 403) return { outcome: 'refused', text: `403, ${forbiddenBy(exchange)}${because}` }
  if (status === 429 || isEdgeStatus(status)) {
    return { outcome: 'transient', text: `${status}, an answer in the control plane's place${because}` }
  }
  if (status >= 500) return { outcome: 'failed', text: `the control plane answered ${status}${because}` }
  if (status >= 400) return { outcome: 'refused', text: `the control plane refused with ${status}${because}` }
  if (status >= 300) {
    const to = exchange.headers.location === undefined ? '' : ` to ${exchange.headers.location}`
    return {
      outcome: 'protocol_error',
      text: `${status}, a redirect${to}; redirects are not followed, correct the URL`,
    }
  }
  return { outcome: 'protocol_error', text: `${status}, which the contract does not know${because}` }
}

function transportReading({ fault, sent, status }: Exchange): Told {
  const { code, message } = fault ?? { code: 'other', message: 'no answer' }
  if (!sent) return { outcome: 'not_connected', text: `not connected (${code}): ${message}` }
  if (code === 'too_large') return { outcome: 'protocol_error', text: message }
  const when = status === null ? 'after the request was sent' : `inside the answer, after status ${status}`
  return { outcome: 'unknown', text: `outcome unknown (${code} ${when}): ${message}` }
}

/** An edge firewall blocks by User-Agent or address before any credential is read; the two need different people. */
function forbiddenBy(exchange: Exchange): string {
  const server = String(exchange.headers.server ?? '')
  const edge = /error code: ?1\d{3}|cloudflare|access denied|request blocked|web application firewall/i
  const isJson = String(exchange.headers['content-type'] ?? '').includes('json')
  if (!isJson && (edge.test(exchange.body) || /cloudflare|akamai|cloudfront/i.test(server)))
    return 'blocked by an edge firewall'
  if (isJson) return 'the credential is not allowed to do this'
  return 'blocked by an edge firewall or the credential is not allowed to do this'
}

function shapeOf(exchange: Exchange): string {
  const type = String(exchange.headers['content-type'] ?? '')
  if (exchange.body === '') return 'an empty body'
  return `${type === '' ? 'no content type' : type}, ${exchange.body.length} characters`
}
