import { type Line, openLine, outboundGuard } from '@rollcall/outbound'
import type { JSONWebKeySet, JWK } from 'jose'
import { DoorError } from '../server/faults.ts'
import { logFailure } from '../server/log.ts'

/** All that is asked of an issuer for one answer. */
const timeoutMs = 5_000
const maxBytes = 512 * 1024
const mostKeys = 100

/** Keys that an issuer has withdrawn are believed for no longer than this, */
const freshMs = 10 * 60_000
/** unless it cannot be asked: then its pipelines still come in for so long. */
const usableMs = 60 * 60_000
/** A key that is not known may be a new one. Whoever invents some does not have the issuer asked all the time. */
const askAgainMs = 30_000
const afterFailureMs = 5_000

export interface IssuerKeys {
  /**
   * The public keys of an issuer, with the one of this id where it has it. Asks at most every 30 s. Throws `unavailable`
   * when it cannot be asked or does not answer as one does. Only ever called for an issuer that a trust names.
   */
  of(issuer: string, kid: string, requestId: string): Promise<JSONWebKeySet>
  close(): Promise<void>
}

interface Known {
  keys: JWK[]
  fetchedAt: number
  notBefore: number
  failure: DoorError | null
  asking: Promise<void> | null
}

export function openIssuerKeys(reach: readonly string[], now: () => Date): IssuerKeys {
  const line = openLine({ guard: outboundGuard(reach), userAgent: 'rollcall', connections: 2, keepAliveMs: 4_000 })
  const known = new Map<string, Known>()

  function ask(issuer: string, entry: Known, requestId: string): Promise<void> {
    entry.asking ??= fetchKeys(line, issuer)
      .then(
        (keys) => Object.assign(entry, { keys, fetchedAt: now().getTime(), failure: null, wait: askAgainMs }),
        (error: unknown) => {
          const failure =
            error instanceof IssuerFailure ? error : new IssuerFailure('could not be asked', String(error))
          logFailure(requestId, `keys of ${issuer}`, failure.cause)
          return Object.assign(entry, { failure: failure.told(issuer), wait: afterFailureMs })
        },
      )
      .then(({ wait }) => {
        entry.notBefore = now().getTime() + wait
        entry.asking = null
      })
    return entry.asking
  }

  return {
    async of(issuer, kid, requestId) {
      const entry = known.get(issuer) ?? { keys: [], fetchedAt: 0, notBefore: 0, failure: null, asking: null }
      known.set(issuer, entry)
      const at = now().getTime()
      const has = () => entry.keys.some((key) => key.kid === kid)
      if (!has() || at - entry.fetchedAt >= freshMs) {
        if (entry.asking !== null || at >= entry.notBefore) await ask(issuer, entry, requestId)
      }
      const usable = at - entry.fetchedAt < usableMs
      if (entry.failure !== null && !(usable && has())) throw entry.failure
      return { keys: usable ? entry.keys : [] }
    },
    close: () => line.close(),
  }
}

/** Why an issuer's keys are not known: a sentence for everybody, and the cause for the log alone. */
class IssuerFailure extends Error {
  constructor(what: string, cause: string) {
    super(what, { cause })
  }
  told = (issuer: string) =>
    new DoorError('unavailable', `The issuer ${issuer} ${this.message}, so its proofs cannot be verified.`, {
      remedy: 'Try again in a moment; the log of Rollcall has the cause.',
      headers: { 'retry-after': String(afterFailureMs / 1000) },
    })
}

async function fetchKeys(line: Line, issuer: string): Promise<JWK[]> {
  const until = performance.now() + timeoutMs
  const base = issuer.replace(/\/$/, '')
  const told = await readJson(line, new URL(`${base}/.well-known/openid-configuration`), until)
  // else whoever answers there speaks for another issuer (RFC 8414, section 3.3)
  if (told.issuer !== issuer) throw new IssuerFailure('describes itself as another one', String(told.issuer))
  const at = typeof told.jwks_uri === 'string' && URL.canParse(told.jwks_uri) ? new URL(told.jwks_uri) : null
  if (at === null || at.origin !== new URL(issuer).origin) {
    throw new IssuerFailure('has its keys on another host', String(told.jwks_uri))
  }
  const { keys } = await readJson(line, at, until)
  if (!Array.isArray(keys)) throw new IssuerFailure('answers something else than keys', 'no list of keys')
  return keys.filter(isPublicKey).slice(0, mostKeys)
}

/** A key that a signature can be verified with. What is symmetric would be a secret, and is none when it is published. */
function isPublicKey(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null) return false
  const { kty, kid, use } = key as JWK
  return typeof kid === 'string' && ['RSA', 'EC', 'OKP'].includes(String(kty)) && (use === undefined || use === 'sig')
}

async function readJson(line: Line, url: URL, until: number): Promise<Record<string, unknown>> {
  const left = Math.max(1, Math.round(until - performance.now()))
  const answer = await line.ask({
    url,
    method: 'GET',
    headers: { accept: 'application/json' },
    timeoutMs: left,
    maxBytes,
  })
  const cause = `${url.href}: ${answer.fault?.message ?? `status ${answer.status}`}`
  if (answer.fault?.code === 'too_large') throw new IssuerFailure('answers with too much', cause)
  if (answer.fault?.code === 'timeout_read' || answer.fault?.code === 'timeout_connect')
    throw new IssuerFailure('does not answer in time', cause)
  if (answer.fault !== null || answer.status === null) throw new IssuerFailure('cannot be asked', cause)
  if (answer.status >= 300 && answer.status < 400) throw new IssuerFailure('leads elsewhere', cause)
  if (answer.status !== 200) throw new IssuerFailure('does not answer as one does', cause)
  const value = parse(answer.body.toString('utf8'))
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new IssuerFailure('does not answer as one does', `${url.href}: no JSON object`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
