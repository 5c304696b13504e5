import {
  aborted,
  type Guard,
  type Line as GuardedLine,
  type Question as GuardedQuestion,
  notSent,
  openLine,
} from '@rollcall/outbound'
import type { Exchange, TransportFault } from './facts.ts'
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

/** What is asked, as far as it is not the caller's. */
export type Question = Pick<GuardedQuestion, 'url' | 'method' | 'headers' | 'maxBytes' | 'into'>

export interface Errand extends Question {
  body: Exclude<GuardedQuestion['body'], string | undefined>
  secrets: readonly string[]
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
  readonly #line: GuardedLine
  readonly #uploads: GuardedLine

  constructor(options: LineOptions) {
    this.#options = options
    const { guard, userAgent, connectTimeoutMs } = options
    // Short, because a PUT on a connection that the other side is about to close has an outcome that nobody knows.
    // Within a retag it follows a GET, so that the connection it takes was alive a moment ago.
    const common = { guard, userAgent, connectTimeoutMs, keepAliveMs: 2000 }
    this.#line = openLine({ ...common, connections: options.limit })
    // Half of a transfer must never wait for a connection that the other half holds.
    this.#uploads = openLine(common)
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
    await Promise.all([this.#line.close(), this.#uploads.close()])
  }

  async #inTurn(errand: Errand, call: Call, attempt: number): Promise<Exchange> {
    // What is done once is done now or not at all: whoever decided on it did not decide about half a minute later.
    const patience = errand.repeatable ? call.patience : { leftMs: 0 }
    const turn = await this.#paceOf(errand.url.origin).enter(patience, call.signal)
    if (turn === 'aborted') return untold(aborted)
    if ('pauseMs' in turn) {
      const seconds = Math.ceil(turn.pauseMs / 1000)
      const message = `${errand.url.host} wants a pause of ${seconds} s, which is longer than we wait here`
      return untold({ code: 'paused', message }, turn.pauseMs)
    }
    let pauseMs: number | null = null
    try {
      const answer = await this.#once(errand, call, this.#line)
      pauseMs = this.#pauseOf(answer, attempt)
      return { ...answer, pauseMs }
    } finally {
      turn.ticket.leave(pauseMs)
    }
  }

  async #once({ repeatable: _, ...question }: Errand, call: Call, line: GuardedLine): Promise<Exchange> {
    const { timeoutMs, signal } = call
    const answer = await line.ask({ ...question, timeoutMs, signal })
    if (answer.sent) call.requests += 1
    return { ...answer, pauseMs: null }
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

/** An exchange that never began. */
export function untold(fault: TransportFault, pauseMs: number | null = null): Exchange {
  return { ...notSent(aborted), fault, pauseMs }
}

/** Whether the same question may well be answered a moment later. What took its full time once is not given it again. */
function passes({ status, fault }: Exchange): boolean {
  if (fault !== null) return fault.code === 'reset' || fault.code === 'refused'
  return status !== null && status >= 500 && status !== 501
}
