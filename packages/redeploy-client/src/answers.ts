import type { Exchange } from './exchange.ts'
import type { Outcome, Owes } from './facts.ts'
import { redact } from './redact.ts'
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

/**
 * Sorts an exchange with `redeploy-fleet` by transport, then status, then body. `about` names the call in messages,
 * `expected` are texts that must not be in them.
 */
export function firstReading(exchange: Exchange, about: string, secrets: readonly string[]): FirstReading {
  const say = (text: string) => redact(text, secrets)
  const { fault, status } = exchange
  if (fault !== null && !(fault.code === 'too_large' && status !== null && status !== 200)) {
    return { ...transportReading(exchange, about, say), answer: null }
  }
  const answer = parseFleetAnswer(exchange.body)
  const said = errorTextOf(exchange.body)
  const because = said === '' ? '' : `: ${said}`
  switch (true) {
    case status === 200 && answer !== null:
      return { outcome: 'answered', answer }
    case status === 200:
      return {
        outcome: 'protocol_error',
        message: say(`${about}: the control plane answered 200 without a readable "ok" (${shapeOf(exchange)})`),
        answer,
      }
    case status === 401:
      return {
        outcome: 'refused',
        message: say(`${about}: 401, the control plane does not accept the token${because}`),
        answer,
      }
    case status === 403:
      return { outcome: 'refused', message: say(`${about}: 403, ${forbiddenBy(exchange)}${because}`), answer }
    case status === 429 || isEdgeStatus(status!):
      return {
        outcome: 'transient',
        message: say(`${about}: ${status}, an answer in the control plane's place${because}`),
        answer,
      }
    case status! >= 500:
      return { outcome: 'failed', message: say(`${about}: the control plane answered ${status}${because}`), answer }
    case status! >= 400:
      return {
        outcome: 'refused',
        message: say(`${about}: the control plane refused with ${status}${because}`),
        answer,
      }
    case status! >= 300: {
      const to = exchange.headers.location
      return {
        outcome: 'protocol_error',
        message: say(
          `${about}: ${status}, a redirect${to === undefined ? '' : ` to ${to}`}; redirects are not followed, correct the URL`,
        ),
        answer,
      }
    }
    default:
      return {
        outcome: 'protocol_error',
        message: say(`${about}: the control plane answered ${status}, which the contract does not know${because}`),
        answer,
      }
  }
}

function transportReading(
  exchange: Exchange,
  about: string,
  say: (text: string) => string,
): { outcome: 'not_connected' | 'unknown' | 'protocol_error'; message: string } {
  const fault = exchange.fault!
  if (!exchange.sent) {
    return { outcome: 'not_connected', message: say(`${about}: not connected (${fault.code}): ${fault.message}`) }
  }
  if (fault.code === 'too_large') {
    return { outcome: 'protocol_error', message: say(`${about}: ${fault.message}`) }
  }
  const when =
    exchange.status === null ? 'after the request was sent' : `after status ${exchange.status}, inside the answer`
  return { outcome: 'unknown', message: say(`${about}: outcome unknown (${fault.code} ${when}): ${fault.message}`) }
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
