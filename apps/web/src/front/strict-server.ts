import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { DoorError, type FaultCode } from '../server/faults.ts'
import { jsonHeaders, problemOf } from '../server/problem.ts'

/** How long and how much a connection may take before anybody has read what it wants. */
export interface Patience {
  /** for the head of a request, from its first byte, or from the start of the connection */
  headersMs: number
  /** for all of a request; longer than a body of 1 MiB takes over a bad line */
  requestMs: number
  /** between two requests; longer than proxies keep theirs, or they would send into a closing connection */
  idleMs: number
  /** how often it is looked after */
  checkMs: number
  /** open connections of all clients; further ones are closed at once */
  connections: number
}

const usual: Patience = { headersMs: 10_000, requestMs: 30_000, idleMs: 65_000, checkMs: 2_000, connections: 4_000 }

/** Cookies and a long query fit; Node's own default, said here because the tests depend on it. */
const headBytes = 16 * 1024

/**
 * An HTTP server that bounds what a connection may cost before a handler sees it, takes no sloppy HTTP, upgrades to
 * nothing, and refuses what it cannot read in the same words, with the same headers, as everything else is refused.
 */
export function strictServer(
  listener: RequestListener,
  headers: () => Readonly<Record<string, string>>,
  patience: Partial<Patience> = {},
): Server {
  const { headersMs, requestMs, idleMs, checkMs, connections } = { ...usual, ...patience }
  const server = createServer(
    {
      insecureHTTPParser: false,
      // refused by the front, which says so in its own words
      requireHostHeader: false,
      maxHeaderSize: headBytes,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: checkMs,
      // answered as what it is without the upgrade
      shouldUpgradeCallback: () => false,
    },
    listener,
  )
  server.maxConnections = connections
  const refuse = (socket: Duplex, code: FaultCode, status: number, message: string, remedy: string) => {
    if (!socket.writable) return socket.destroy()
    socket.end(rawRefusal(code, status, message, remedy, headers()))
    // whoever sent this may go on sending: that is not read any more
    setTimeout(() => socket.destroy(), 1_000).unref()
  }
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // an answer that has begun is cut off, not continued with another one
    const { _httpMessage: begun } = socket as typeof socket & { _httpMessage?: ServerResponse | null }
    if (error.code === 'ECONNRESET' || begun?.headersSent) return socket.destroy()
    const [code, status, message, remedy] = refusals[error.code ?? ''] ?? notHttp
    refuse(socket, code, status, message, remedy)
  })
  // what else somebody expects changes no answer
  server.on('checkExpectation', listener)
  server.on('connect', (_request, socket) =>
    refuse(socket, 'method_not_allowed', 405, 'CONNECT is not answered here.', 'Use GET.'),
  )
  return server
}

type Refusal = readonly [FaultCode, number, string, string]

const notHttp: Refusal = ['malformed', 400, 'This is not a request in HTTP/1.1.', 'Send a well-formed request.']
const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: ['too_large', 431, 'The head of the request is larger than 16 KiB.', 'Send fewer headers.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [
    'too_large',
    413,
    'The chunks are larger than what is in them.',
    'Send plain chunks.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['malformed', 408, 'The request did not come in time.', 'Send it again, faster.'],
}

function rawRefusal(
  code: FaultCode,
  status: number,
  message: string,
  remedy: string,
  fixed: Readonly<Record<string, string>>,
): string {
  const requestId = randomUUID()
  const { problem } = problemOf(new DoorError(code, message, { remedy }).fault, requestId)
  const body = JSON.stringify({ ...problem, status, title: STATUS_CODES[status] })
  const lines = {
    ...fixed,
    ...jsonHeaders(status, requestId, { 'content-type': 'application/problem+json' }),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`
}
