import type { Dispatcher } from 'undici'
import { type TransportFault, transportFault } from './faults.ts'

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
}

/**
 * Asks once and answers always: it never rejects, follows no redirect and never repeats a request. It stands on
 * `dispatch` because only there the moment is visible at which a request is put on a connection, and only that moment
 * separates "nothing was sent" from "the outcome is unknown".
 */
export function exchange(question: Question): Promise<Exchange> {
  return new Promise((resolve) => {
    const handler = new ExchangeHandler(question, resolve)
    if (question.signal?.aborted) return handler.end(aborted)
    if (question.refusal !== null) return handler.end({ code: 'other', message: question.refusal })
    const { origin, path, method, headers, body } = question
    try {
      // One deadline for the whole exchange stands above; the dispatcher's own would be a second, coarser opinion.
      const limits = { headersTimeout: 0, bodyTimeout: 0 }
      question.dispatcher.dispatch({ origin, path, method, headers, body, ...limits }, handler)
    } catch (error) {
      handler.end(transportFault(error, question.secrets))
    }
  })
}

const aborted: TransportFault = { code: 'aborted', message: 'the caller gave up waiting' }

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #question: Question
  readonly #resolve: (exchange: Exchange) => void
  readonly #timer: NodeJS.Timeout
  readonly #onAbort = () => this.end(aborted)
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
    // One turn through the poll phase first, so that our own lag is not reported as the other side's silence.
    const onTime = () => setImmediate(() => this.end(this.#timedOut()))
    this.#timer = setTimeout(onTime, question.timeoutMs)
    question.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended) {
      // It waited for a connection until its deadline. Answered as not sent, so it must not be sent now.
      controller.abort(new Error('the deadline passed before a connection was free'))
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
    this.end(transportFault(error, this.#question.secrets))
  }

  /** Settles the exchange once; everything after the first call is ignored. */
  end(fault: TransportFault | null): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    this.#question.signal?.removeEventListener('abort', this.#onAbort)
    const body = Buffer.concat(this.#chunks).toString('utf8')
    this.#resolve({ sent: this.#sent, status: this.#status, headers: this.#headers, body, fault })
    if (fault !== null) this.#controller?.abort(new Error(fault.message))
  }

  #timedOut(): TransportFault {
    const what = !this.#sent ? 'no connection' : this.#status === null ? 'no answer' : 'no end of the answer'
    return { code: 'timeout', message: `${what} within ${this.#question.timeoutMs} ms` }
  }
}
