import type { Readable, Writable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { type TransportFault, transportFault } from './faults.ts'

export interface Question {
  url: URL
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  headers: Record<string, string>
  body?: string | Buffer | Readable | null
  /** From the call to the last byte of the answer, in milliseconds. While a stream flows, between two of its pieces. */
  timeoutMs: number
  /** From the call to the moment the request is put on a connection; later than that it is not sent any more. */
  sendWithinMs?: number
  /** Of an answer that is held in memory, in bytes; more ends the exchange. */
  maxBytes: number
  signal?: AbortSignal | undefined
  /** Texts that must not be in a fault's message. */
  secrets?: readonly string[]
  /** Where the body of a 200 goes instead of into memory; asked for once, when the answer begins. */
  into?: (() => Writable) | undefined
}

/** Three separate facts: how far the transport came, the HTTP status, the body. A fault can stand beside a status. */
export interface Exchange<Body = Buffer> {
  /** False only when it is certain that no byte of the request has left. */
  sent: boolean
  status: number | null
  headers: Record<string, string | string[] | undefined>
  body: Body
  /** The body began to flow into the caller's stream: this question cannot be asked a second time. */
  streamed: boolean
  fault: TransportFault | null
  latencyMs: number
}

/** An exchange that never began. */
export function notSent(fault: TransportFault): Exchange {
  return { sent: false, status: null, headers: {}, body: Buffer.alloc(0), streamed: false, fault, latencyMs: 0 }
}

/** The same with its body as text, without a byte order mark. */
export function asText(exchange: Exchange): Exchange<string> {
  const text = exchange.body.toString('utf8')
  return { ...exchange, body: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text }
}

export const aborted: TransportFault = { code: 'aborted', message: 'the caller gave up waiting' }

/**
 * Asks once and answers always: it never rejects, follows no redirect and never repeats a request.
 *
 * It stands on `dispatch` rather than `request` because only there the moment is visible at which a request is put on a
 * connection: that moment, and no error code, separates "nothing was sent" from "the outcome is unknown".
 */
export function exchange(dispatcher: Dispatcher, question: Question): Promise<Exchange> {
  return new Promise((resolve) => {
    const handler = new ExchangeHandler(question, resolve)
    if (question.signal?.aborted) return handler.end(aborted)
    const { url, method, headers, body = null } = question
    try {
      // The handler's own deadline stands above undici's: two would only be a second, coarser opinion.
      const limits = { headersTimeout: 0, bodyTimeout: 0 }
      const path = url.pathname + url.search
      dispatcher.dispatch({ origin: url.origin, path, method, headers, body, ...limits }, handler)
    } catch (error) {
      handler.end(transportFault(error, false, question.secrets))
    }
  })
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #question: Question
  readonly #resolve: (exchange: Exchange) => void
  readonly #startedAt = performance.now()
  readonly #timer: NodeJS.Timeout
  readonly #onAbort: () => void
  #controller: Dispatcher.DispatchController | null = null
  #into: Writable | null = null
  #sent = false
  #ended = false
  #status: number | null = null
  #headers: Exchange['headers'] = {}
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(question: Question, resolve: (exchange: Exchange) => void) {
    this.#question = question
    this.#resolve = resolve
    // When the event loop was held up, the answer may already be waiting in the socket as the timer fires. One turn
    // through the poll phase reads it first, so that our own lag is not reported as the other side's silence.
    this.#timer = setTimeout(() => setImmediate(() => this.end(this.#timedOut())), question.timeoutMs)
    this.#onAbort = () => this.end(aborted)
    question.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended) {
      // It waited for a connection until its deadline. Answered as not sent, so it must not be sent now.
      controller.abort(new Error('the deadline passed before a connection was free'))
      return
    }
    const { sendWithinMs = Number.POSITIVE_INFINITY } = this.#question
    if (performance.now() - this.#startedAt > sendWithinMs) {
      // This process stood still while it connected. Whoever waited for it may have asked in its place by now.
      const message = `no connection within ${sendWithinMs} ms`
      this.end({ code: 'timeout_connect', message })
      controller.abort(new Error(message))
      return
    }
    this.#controller = controller
    this.#sent = true
  }

  onBodySent(): void {
    if (isStream(this.#question.body)) this.#moved()
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Exchange['headers']): void {
    // An informational status is not the answer.
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    if (status !== 200 || this.#question.into === undefined) return
    this.#into = this.#question.into()
    this.#into.on('drain', () => this.#controller?.resume())
    // Whoever takes the bytes may give up: then there is no reason to fetch the rest.
    this.#into.on('close', () => this.end({ code: 'aborted', message: 'the other half of the transfer ended' }))
    this.#into.on('error', () => {})
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return
    if (this.#into !== null) {
      this.#moved()
      if (!this.#into.write(chunk)) controller.pause()
      return
    }
    this.#bytes += chunk.length
    if (this.#bytes > this.#question.maxBytes) {
      this.end({ code: 'too_large', message: `the answer is larger than ${this.#question.maxBytes} bytes` })
      return
    }
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.end(null)
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (!this.#ended) this.end(transportFault(error, this.#sent, this.#question.secrets))
  }

  /** Settles the exchange once; everything after the first call is ignored. */
  end(fault: TransportFault | null): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    this.#question.signal?.removeEventListener('abort', this.#onAbort)
    const { body } = this.#question
    if (fault === null) this.#into?.end()
    else {
      this.#into?.destroy(new Error(fault.message))
      if (isStream(body)) body.destroy(new Error(fault.message))
    }
    this.#resolve({
      sent: this.#sent,
      status: this.#status,
      headers: this.#headers,
      body: this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks),
      streamed: this.#into !== null,
      fault,
      latencyMs: Math.round(performance.now() - this.#startedAt),
    })
    if (fault !== null) this.#controller?.abort(new Error(fault.message))
  }

  /** A large blob takes as long as it takes; only standing still is a reason to give up. */
  #moved(): void {
    if (!this.#ended) this.#timer.refresh()
  }

  #timedOut(): TransportFault {
    const after = `within ${this.#question.timeoutMs} ms`
    if (!this.#sent) return { code: 'timeout_connect', message: `no connection ${after}` }
    const what = this.#status === null ? 'no answer' : 'the answer began but did not end'
    return { code: 'timeout_read', message: `${what} ${after}` }
  }
}

function isStream(body: Question['body']): body is Readable {
  return body !== null && body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)
}
