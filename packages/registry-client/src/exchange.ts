import type { Readable, Writable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { TransportFault } from './facts.ts'
import { transportFault } from './faults.ts'

export interface Question {
  dispatcher: Dispatcher
  /** Why nobody may be asked there; null = allowed. */
  refusal: string | null
  url: URL
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  headers: Record<string, string>
  body: Buffer | Readable | null
  /** From here to the last byte of the answer, in milliseconds. While a stream flows, between two of its pieces. */
  timeoutMs: number
  /** Of an answer that is held in memory, in bytes; more ends the exchange. */
  maxBytes: number
  signal: AbortSignal | undefined
  /** Texts that must not be in a fault's message. */
  secrets: readonly string[]
  /** Where the body of a 200 goes instead of into memory; asked for once, when the answer begins. */
  into?: (() => Writable) | undefined
}

/** Three separate facts: how far the transport came, the HTTP status, the body. A fault can stand beside a status. */
export interface Exchange {
  /** False only when it is certain that no byte of the request has left. */
  sent: boolean
  status: number | null
  headers: Record<string, string | string[] | undefined>
  body: Buffer
  /** The body began to flow into the caller's stream: this question cannot be asked a second time. */
  streamed: boolean
  fault: TransportFault | null
  /** How long its host wants to be left alone, in milliseconds; null when it did not say. */
  pauseMs: number | null
}

/** An exchange that never began. */
export function notSent(fault: TransportFault, pauseMs: number | null = null): Exchange {
  return { sent: false, status: null, headers: {}, body: Buffer.alloc(0), streamed: false, fault, pauseMs }
}

/** Asks once and answers always: it never rejects, follows no redirect and never repeats a request. */
export function exchange(question: Question): Promise<Exchange> {
  return new Promise((resolve) => {
    const handler = new ExchangeHandler(question, resolve)
    if (question.signal?.aborted) return handler.end(aborted())
    if (question.refusal !== null) return handler.end({ code: 'other', message: question.refusal })
    const { dispatcher, url, method, headers, body } = question
    const path = url.pathname + url.search
    try {
      // The handler's own deadline stands above undici's: two would only be a second, coarser opinion.
      dispatcher.dispatch(
        { origin: url.origin, path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 },
        handler,
      )
    } catch (error) {
      handler.end(transportFault(error, false, question.secrets))
    }
  })
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #question: Question
  readonly #resolve: (exchange: Exchange) => void
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
    // When the event loop was held up, the answer may already wait in the socket as the timer fires: one turn through
    // the poll phase reads it first, so that our own lag is not taken for the registry's silence.
    this.#timer = setTimeout(() => setImmediate(() => this.end(this.#timedOut())), question.timeoutMs)
    this.#onAbort = () => this.end(aborted())
    question.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It waited for a connection until its deadline. Answered as not sent, so it must not be sent now.
    if (this.#ended) {
      controller.abort(new Error('the deadline passed before a connection was free'))
      return
    }
    this.#controller = controller
    this.#sent = true
  }

  onBodySent(): void {
    if (!Buffer.isBuffer(this.#question.body)) this.#moved()
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
      if (body !== null && !Buffer.isBuffer(body)) body.destroy(new Error(fault.message))
    }
    this.#resolve({
      sent: this.#sent,
      status: this.#status,
      headers: this.#headers,
      body: this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks),
      streamed: this.#into !== null,
      fault,
      pauseMs: null,
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

export function aborted(): TransportFault {
  return { code: 'aborted', message: 'the caller gave up waiting' }
}
