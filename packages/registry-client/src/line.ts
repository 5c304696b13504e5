import type { Readable, Writable } from 'node:stream'
import type { Guard } from '@rollcall/outbound'
import { Agent } from 'undici'
import { aborted, type Exchange, exchange, notSent, type Question } from './exchange.ts'
import { Pace, type PaceOptions, type Patience } from './pace.ts'
import { retryAfterMs } from './retry-after.ts'

/** What one call of a caller may use, and what it has used. */
export interface Call {
  timeoutMs: number
  signal: AbortSignal | undefined
  patience: Patience
  /** Requests sent so far, also those to a token server. */
  requests: number
  startedAt: number
}

export interface Errand {
  url: URL
  method: Question['method']
  headers: Record<string, string>
  body: Buffer | Readable | null
  maxBytes: number
  secrets: readonly string[]
  into?: (() => Writable) | undefined
  /** It changes nothing, or names its effect by digest: asked again after a 429, a 5xx or a connection that broke. */
  repeatable: boolean
}

export interface LineOptions extends PaceOptions {
  guard: Guard
  connectTimeoutMs: number
  userAgent: string
  /** 0 ≤ … < 1: spreads the repetitions of many. */
  random: () => number
}

const attempts = 4
const throttledAttempts = 10
const pauseFloorMs = 100

/** Requests in good manners: a place in the line of their origin, pauses where one is asked for, few repetitions. */
export class Line {
  readonly #options: LineOptions
  readonly #paces = new Map<string, Pace>()
  readonly #agent: Agent
  readonly #uploads: Agent

  constructor(options: LineOptions) {
    this.#options = options
    const connect = options.guard.connector({ timeout: options.connectTimeoutMs })
    // Short, because a PUT on a connection that the other side is about to close has an outcome that nobody knows.
    // Within a retag it follows a GET, so that the connection it takes was alive a moment ago.
    const keepAlive = { keepAliveTimeout: 2000, keepAliveMaxTimeout: 10_000 }
    this.#agent = new Agent({ allowH2: false, connect, connections: options.limit, ...keepAlive })
    // Half of a transfer must never wait for a connection that the other half holds.
    this.#uploads = new Agent({ allowH2: false, connect, ...keepAlive })
  }

  /** Answers always. A question that had to be given up before it was sent has `sent: false`. */
  async send(errand: Errand, call: Call): Promise<Exchange> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#inTurn(errand, call, attempt)
      if (!errand.repeatable || answer.streamed || answer.fault?.code === 'paused') return answer
      if (answer.status === 429 && attempt < throttledAttempts) continue
      if (attempt >= attempts || !passes(answer)) return answer
      const waitMs = Math.round(100 * 2 ** (attempt - 1) * (0.5 + this.#options.random()))
      if (waitMs > call.patience.leftMs) return answer
      call.patience.leftMs -= waitMs
      await this.#options.wait(waitMs, call.signal)
    }
  }

  /** Waits while this origin has asked for a pause: before a decision is made, and not between it and its effect. */
  async opened(origin: string, call: Call): Promise<void> {
    await this.#paceOf(origin).opened(call.patience, call.signal)
  }

  /** The second half of a transfer: it goes at once, because the first half has had its turn and holds it. */
  async upload(errand: Errand, call: Call): Promise<Exchange> {
    return this.#once(errand, call, this.#uploads)
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent.destroy(), this.#uploads.destroy()])
  }

  async #inTurn(errand: Errand, call: Call, attempt: number): Promise<Exchange> {
    // What is done once is done now or not at all: whoever decided on it did not decide about half a minute later.
    const patience = errand.repeatable ? call.patience : { leftMs: 0 }
    const turn = await this.#paceOf(errand.url.origin).enter(patience, call.signal)
    if (turn === 'aborted') return notSent(aborted())
    if ('pauseMs' in turn) {
      const seconds = Math.ceil(turn.pauseMs / 1000)
      const message = `${errand.url.host} wants a pause of ${seconds} s, which is longer than we wait here`
      return notSent({ code: 'paused', message }, turn.pauseMs)
    }
    let pauseMs: number | null = null
    try {
      const answer = await this.#once(errand, call, this.#agent)
      pauseMs = this.#pauseOf(answer, attempt)
      return { ...answer, pauseMs }
    } finally {
      turn.ticket.leave(pauseMs)
    }
  }

  async #once(errand: Errand, call: Call, dispatcher: Agent): Promise<Exchange> {
    const { url, method, body, maxBytes, secrets, into } = errand
    const headers = { 'user-agent': this.#options.userAgent, 'accept-encoding': 'identity', ...errand.headers }
    const { timeoutMs, signal } = call
    const refusal = this.#options.guard.refusal(url)
    const answer = await exchange({
      ...{ dispatcher, refusal, url, method, headers, body, timeoutMs, maxBytes, signal, secrets, into },
    })
    if (answer.sent) call.requests += 1
    return answer
  }

  #pauseOf({ status, headers }: Exchange, attempt: number): number | null {
    const asked = retryAfterMs(headers['retry-after'], new Date(this.#options.now()))
    if (status === 429) return Math.max(pauseFloorMs, asked ?? 1000 * 2 ** Math.min(attempt - 1, 5))
    return status === 503 ? asked : null
  }

  #paceOf(origin: string): Pace {
    let pace = this.#paces.get(origin)
    if (pace === undefined) {
      pace = new Pace(this.#options)
      this.#paces.set(origin, pace)
    }
    return pace
  }
}

/** Whether the same question may well be answered a moment later. What took its full time once is not given it again. */
function passes({ status, fault }: Exchange): boolean {
  if (fault !== null) return fault.code === 'reset' || fault.code === 'refused'
  return status !== null && status >= 500 && status !== 501
}
