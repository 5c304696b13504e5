import type { Dispatcher } from 'undici'
import type { TransportFault } from './facts.ts'
import { transportFault } from './faults.ts'

export interface Question {
  dispatcher: Dispatcher
  /** Why nobody may be asked there; null = allowed. */
  refusal: string | null
  origin: string
  path: string
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body: string | null
  /** From the call to the last byte of the answer, in milliseconds. */
  timeoutMs: number
  /** From the call to the moment the request is put on a connection; later than that it is not sent any more. */
  sendWithinMs?: number
  /** Of the answer's body, in bytes; more ends the exchange. */
  maxBytes: number
  signal: AbortSignal | undefined
  /** Texts that must not be in a fault's message. */
  secrets: readonly string[]
}

/** Three separate facts: how far the transport came, the HTTP status, the body. A fault can stand beside a status. */
export interface Exchange {
  /** False only when it is certain that no byte of the request has left. */
  sent: boolean
  status: number | null
  headers: Record<string, string | string[] | undefined>
  body: string
  fault: TransportFault | null
  latencyMs: number
}

/**
 * Asks once and answers always: it never rejects, follows no redirect and never repeats a request.
 *
 * It stands on `dispatch` rather than `request` because only there the moment is visible at which a request is put on a
 * connection: that moment, and no error code, separates "nothing was sent" from "the outcome is unknown".
 */
export function exchange(question: Question): Promise<Exchange> {
  return new Promise((resolve) => {
    const handler = new ExchangeHandler(question, resolve)
    if (question.signal?.aborted) return handler.end(aborted())
    if (question.refusal !== null) return handler.end({ code: 'other', message: question.refusal })
    try {
      question.dispatcher.dispatch(
        {
          origin: question.origin,
          path: question.path,
          method: question.method,
          headers: question.headers,
          body: question.body,
          // One deadline for the whole exchange stands above: these two would only be a second, coarser opinion.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
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
  readonly #startedAt = performance.now()
  readonly #timer: NodeJS.Timeout
  readonly #onAbort: () => void
  #controller: Dispatcher.DispatchController | null = null
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
    this.#onAbort = () => this.end(aborted())
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

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Exchange['headers']): void {
    // An informational status is not the answer.
    if (status < 200) return
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
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
    this.#resolve({
      sent: this.#sent,
      status: this.#status,
      headers: this.#headers,
      body: this.#text(),
      fault,
      latencyMs: Math.round(performance.now() - this.#startedAt),
    })
    if (fault !== null) this.#controller?.abort(new Error(fault.message))
  }

  #text(): string {
    const [first] = this.#chunks
    if (first === undefined) return ''
    const text = (this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)).toString('utf8')
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  }

  #timedOut(): TransportFault {
    const after = `within ${this.#question.timeoutMs} ms`
    if (!this.#sent) return { code: 'timeout_connect', message: `no connection ${after}` }
    const what = this.#status === null ? 'no answer' : 'the answer began but did not end'
    return { code: 'timeout_read', message: `${what} ${after}` }
  }
}

function aborted(): TransportFault {
  return { code: 'aborted', message: 'the caller gave up waiting' }
}
