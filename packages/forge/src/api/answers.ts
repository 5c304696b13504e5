import { type TransportCode as AnyTransportCode, type Exchange, redact } from '@rollcall/outbound'
import type { z } from 'zod'

/** Whoever asks a forge looks again anyway, so on which half of the way the time ran out makes no difference. */
type TransportCode = Exclude<AnyTransportCode, 'timeout_connect' | 'timeout_read'> | 'timeout'

/**
 * Why there is no answer to go by.
 * - `refused`: the forge understood and declined; nothing happened.
 * - `not_found`: it says so, which it also does for what the token may not see.
 * - `limited`: asked too often; `retryAfterSeconds` says when, if anything does.
 * - `transient`: an edge or an overloaded server answered in its place.
 * - `unknown`: the question may have arrived, no whole answer did.
 * - `not_connected`: nothing was sent.
 * - `protocol_error`: something answered that is not such an API.
 */
export type ForgeTrouble =
  | 'refused'
  | 'not_found'
  | 'limited'
  | 'transient'
  | 'unknown'
  | 'not_connected'
  | 'protocol_error'

export interface ForgeFailure {
  ok: false
  trouble: ForgeTrouble
  /** Nothing was done by it and asking again may help. */
  retryable: boolean
  retryAfterSeconds: number | null
  httpStatus: number | null
  transport: TransportCode | null
  /** One sentence, redacted, at most 500 characters. */
  message: string
}

const retryable = {
  refused: false,
  not_found: false,
  limited: true,
  transient: false,
  unknown: false,
  not_connected: true,
  protocol_error: false,
} as const satisfies Record<ForgeTrouble, boolean>

export type ForgeReading<T> = { ok: true; value: T; httpStatus: number } | ForgeFailure

/** Sorts an exchange by transport, then status, then body. `about` names the question in messages. */
export function readAnswer<S extends z.ZodType>(
  exchange: Exchange<string>,
  shape: S,
  about: string,
  secrets: readonly string[],
): ForgeReading<z.infer<S>> {
  const { status, fault } = exchange
  const transport = fault && transportOf(fault.code)
  const fail = (trouble: ForgeTrouble, text: string): ForgeFailure => ({
    ok: false,
    trouble,
    retryable: retryable[trouble],
    retryAfterSeconds: trouble === 'limited' ? retryAfter(exchange) : null,
    httpStatus: status,
    transport,
    message: redact(`${about}: ${text}`, secrets),
  })
  if (fault !== null && !exchange.sent) return fail('not_connected', `not connected (${transport}): ${fault.message}`)
  if (fault !== null || status === null) return fail('unknown', `outcome unknown: ${fault?.message ?? 'no answer'}`)
  if (status >= 200 && status < 300) {
    const parsed = shape.safeParse(parseJson(exchange.body))
    if (parsed.success) return { ok: true, value: parsed.data, httpStatus: status }
    return fail('protocol_error', `the forge answered ${status} with something else than was asked for`)
  }
  const said = saidIn(exchange.body)
  const because = said === '' ? '' : `: ${said}`
  if (isLimit(exchange, said)) return fail('limited', `${status}, asked too often${because}`)
  if (status === 404) return fail('not_found', `404, not there, or not for this token${because}`)
  if (status >= 400 && status < 500) return fail('refused', `${status}, refused${because}`)
  if (status >= 500) return fail('transient', `${status}, the forge has trouble${because}`)
  return fail('protocol_error', `${status}; redirects are not followed, correct the URL or the repository's name`)
}

function transportOf(code: AnyTransportCode): TransportCode {
  return code === 'timeout_connect' || code === 'timeout_read' ? 'timeout' : code
}

/** GitHub answers 403 when its limits are reached, for tokens that are otherwise good. */
function isLimit({ status, headers }: Exchange<string>, said: string): boolean {
  if (status === 429) return true
  return status === 403 && (headers['x-ratelimit-remaining'] === '0' || /rate limit|abuse detection/i.test(said))
}

function retryAfter({ headers }: Exchange<string>): number | null {
  const seconds = Number(headers['retry-after'])
  return Number.isFinite(seconds) && seconds >= 0 && headers['retry-after'] !== undefined
    ? Math.min(seconds, 3600)
    : null
}

function saidIn(body: string): string {
  const json = parseJson(body)
  const message = typeof json === 'object' && json !== null ? (json as { message?: unknown }).message : undefined
  if (typeof message === 'string') return message
  return /^\s*</.test(body) ? 'an HTML page' : body.trim()
}

function parseJson(body: string): unknown {
  if (body === '') return null
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
