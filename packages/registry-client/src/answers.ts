import { redact } from '@rollcall/outbound'
import { parseChallenges } from './challenge.ts'
import type { Exchange, Failure, FailureOutcome, Owes } from './facts.ts'
import { bareType } from './media-types.ts'
import { parseErrors } from './wire.ts'

/** What a failed *write* leaves the caller with. A failed read changed nothing, so it owes nothing. */
const duties = {
  absent: { retryable: false, owes: 'nothing' },
  unauthorized: { retryable: false, owes: 'nothing' },
  realm_not_allowed: { retryable: false, owes: 'nothing' },
  denied: { retryable: false, owes: 'nothing' },
  refused: { retryable: false, owes: 'nothing' },
  unsupported: { retryable: false, owes: 'nothing' },
  throttled: { retryable: true, owes: 'nothing' },
  transient: { retryable: true, owes: 'look_before_retry' },
  unknown: { retryable: true, owes: 'look_before_retry' },
  not_connected: { retryable: true, owes: 'nothing' },
  protocol_error: { retryable: false, owes: 'look' },
  mismatch: { retryable: false, owes: 'look' },
} as const satisfies Record<FailureOutcome, { retryable: boolean; owes: Owes }>

/** The registry's error codes, and what each means for the one who asked. */
const codes: Record<string, { outcome: FailureOutcome; text: string }> = {
  MANIFEST_UNKNOWN: { outcome: 'absent', text: 'there is no such manifest' },
  NAME_UNKNOWN: { outcome: 'absent', text: 'there is no such repository' },
  BLOB_UNKNOWN: { outcome: 'absent', text: 'there is no such blob' },
  UNAUTHORIZED: { outcome: 'unauthorized', text: 'the registry does not accept the credentials' },
  DENIED: { outcome: 'denied', text: 'the registry does not allow this with these credentials' },
  TOOMANYREQUESTS: { outcome: 'throttled', text: 'the registry asks us to slow down' },
  UNSUPPORTED: { outcome: 'unsupported', text: 'the registry does not support this' },
  UNAVAILABLE: { outcome: 'transient', text: 'the registry is not available at the moment' },
  MANIFEST_BLOB_UNKNOWN: { outcome: 'refused', text: 'the manifest names a part that is not in this repository' },
  MANIFEST_INVALID: { outcome: 'refused', text: 'the registry does not accept this manifest' },
  MANIFEST_UNVERIFIED: { outcome: 'refused', text: 'the registry could not verify the signature of the manifest' },
  NAME_INVALID: { outcome: 'refused', text: 'the registry does not accept the name of the repository' },
  TAG_INVALID: { outcome: 'refused', text: 'the registry does not accept the tag' },
  DIGEST_INVALID: { outcome: 'refused', text: 'what arrived is not what its digest says' },
  SIZE_INVALID: { outcome: 'refused', text: 'what arrived is not as long as was said' },
  BLOB_UPLOAD_INVALID: { outcome: 'refused', text: 'the registry does not accept the upload' },
  BLOB_UPLOAD_UNKNOWN: { outcome: 'refused', text: 'the registry does not know the upload any more' },
  RANGE_INVALID: { outcome: 'refused', text: 'the registry does not accept the range of the upload' },
  PAGINATION_NUMBER_INVALID: { outcome: 'refused', text: 'the registry does not accept the length of the page' },
}

export interface About {
  /** What was tried and where, as the beginning of the sentence: `reading demo/tenant:1 at registry.example.com`. */
  about: string
  effect: 'read' | 'write'
  secrets: readonly string[]
}

/** A failure in our own words, with what follows from it. */
export function failure(
  outcome: FailureOutcome,
  text: string,
  { about, effect, secrets }: About,
  exchange: Exchange | null = null,
  code: string | null = null,
): Failure {
  const duty = duties[outcome]
  return {
    outcome,
    retryable: duty.retryable,
    owes: effect === 'read' ? 'nothing' : duty.owes,
    code,
    httpStatus: exchange?.status ?? null,
    transport: exchange?.fault ?? null,
    retryAfterMs: null,
    message: redact(`${about}: ${text}`, secrets),
  }
}

/** Sorts an exchange that did not bring what was expected: by transport, then status and code. */
export function readFailure(exchange: Exchange, about: About): Failure {
  const { status, fault } = exchange
  // Too large is only a question of trust in a success; beside an error status the status has said it all.
  const broken = fault !== null && !(fault.code === 'too_large' && (status ?? 0) >= 400)
  const told = broken || status === null ? transportReading(exchange) : statusReading(exchange, status, about.secrets)
  return { ...failure(told.outcome, told.text, about, exchange, told.code), retryAfterMs: exchange.pauseMs }
}

type Told = { outcome: FailureOutcome; text: string; code: string | null }

function transportReading({ fault, sent, status }: Exchange): Told {
  const { code, message } = fault ?? { code: 'other', message: 'no answer' }
  if (code === 'paused') return { outcome: 'throttled', text: message, code: null }
  if (!sent) return { outcome: 'not_connected', text: `not connected (${code}): ${message}`, code: null }
  if (code === 'too_large') return { outcome: 'protocol_error', text: message, code: null }
  const when = status === null ? 'after the request was sent' : `inside the answer, after status ${status}`
  return { outcome: 'unknown', text: `no complete answer (${code} ${when}): ${message}`, code: null }
}

function statusReading(exchange: Exchange, status: number, secrets: readonly string[]): Told {
  const errors = parseErrors(exchange.body)
  const named = errors.find((error) => Object.hasOwn(codes, error.code))
  const code = named?.code ?? null
  const said = redact((named ?? errors[0])?.message ?? '', secrets, 160)
  const told = (outcome: FailureOutcome, text: string): Told => ({
    outcome,
    text: `${text} (${status}${code === null ? '' : ` ${code}`}${said === '' ? '' : `, "${said}"`})`,
    code,
  })
  if (status >= 300 && status < 400) {
    return told('protocol_error', 'a redirect, which is not followed; correct the URL of the registry')
  }
  if (status === 429) return told('throttled', 'the registry asks us to slow down')
  // Whoever wrote the body: a 5xx says nothing certain about what was done.
  if (status >= 500) return told('transient', 'the registry, or an edge in its place, failed')
  if (status === 401) {
    return wantsMore(exchange) || code === 'DENIED'
      ? told('denied', 'the registry does not allow this with these credentials')
      : told('unauthorized', 'the registry does not accept the credentials')
  }
  const known = code === null ? undefined : codes[code]
  if (status >= 400 && known !== undefined && known.outcome !== 'transient') return told(known.outcome, known.text)
  if (status === 403) return told('denied', 'the registry does not allow this with these credentials')
  if (status === 404) return notFound(exchange, told)
  if (status === 405) return told('unsupported', 'the registry does not support this')
  if (status >= 400) return told('refused', 'the registry refused')
  return told('protocol_error', 'an answer that the contract does not know')
}

/** The token is good and its scope is not: other credentials are needed, not a correction of these. */
function wantsMore(exchange: Exchange): boolean {
  const challenges = parseChallenges(exchange.headers['www-authenticate'])
  return challenges.some(({ parameters }) => parameters.error === 'insufficient_scope')
}

/** "Absent" leads to actions of its own, so a web server's page about a missing page must not pass for it. */
function notFound(exchange: Exchange, told: (outcome: FailureOutcome, text: string) => Told): Told {
  const isPage = bareType(exchange.headers['content-type']) === 'text/html' || /^\s*</.test(exchange.body.toString())
  return isPage ? told('protocol_error', 'a web page, not a registry') : told('absent', 'there is no such thing')
}
