import { createSecureContext, type SecureContext } from 'node:tls'
import { Agent } from 'undici'
import { aborted, type Exchange, exchange, notSent, type Question } from './exchange.ts'
import type { Guard } from './guard.ts'

export interface LineOptions {
  guard: Guard
  /** Sent with every request: an edge firewall blocks libraries' own names. */
  userAgent: string
  /** For one TCP and TLS handshake, in milliseconds. Default 5,000. */
  connectTimeoutMs?: number | undefined
  /** Open connections per origin. Default: as many as there are requests. */
  connections?: number | undefined
  /** How long an idle connection is kept for the next request, in milliseconds; null: each request has its own. */
  keepAliveMs: number | null
  /** The most that the other side may ask for, in milliseconds. Default 10,000. */
  longestKeepAliveMs?: number
}

/** Connections of one kind, all of them guarded. */
export interface Line {
  /**
   * Asks once and answers always. Nothing leaves for where the guard allows nobody to be asked, no redirect is followed,
   * no proxy of the environment is used, and both the size and the time of an answer have their end.
   */
  ask(question: Question): Promise<Exchange>
  /** Waits for nothing: drops open connections and ends. */
  close(): Promise<void>
}

/** One for all connections: otherwise each TLS handshake builds its own from the same roots. */
let sharedContext: SecureContext | undefined

/** The one way out: whatever Rollcall asks of another machine is asked on one of these. */
export function openLine(options: LineOptions): Line {
  const { guard, userAgent, connectTimeoutMs = 5000, connections, keepAliveMs, longestKeepAliveMs = 10_000 } = options
  sharedContext ??= createSecureContext()
  const agent = new Agent({
    allowH2: false,
    connect: guard.connector({ timeout: connectTimeoutMs, secureContext: sharedContext }),
    ...(connections === undefined ? {} : { connections }),
    ...(keepAliveMs === null
      ? { pipelining: 0 }
      : { keepAliveTimeout: keepAliveMs, keepAliveMaxTimeout: longestKeepAliveMs }),
  })
  const common = { 'user-agent': userAgent, 'accept-encoding': 'identity' }
  return {
    async ask(question) {
      if (question.signal?.aborted) return notSent(aborted)
      const message = guard.refusal(question.url)
      if (message !== null) return notSent({ code: 'other', message })
      return exchange(agent, { ...question, headers: { ...common, ...question.headers } })
    },
    close: () => agent.destroy(),
  }
}
