import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { peerHeader } from '../server/client-address.ts'
import { logFailure } from '../server/log.ts'
import { safeRequestId } from '../server/request-id.ts'
import { pathOf } from './refusals.ts'

/**
 * The request as the handlers take it. Its URL has no host of the sender's: nothing that is answered may depend on one.
 * `gone` aborts when the sender does not wait for the answer any more. Throws what the URL or the headers cannot be.
 */
export function fetchRequest(request: IncomingMessage, gone: AbortSignal): Request {
  const { method = 'GET', url = '/', rawHeaders } = request
  const headers = new Headers()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    if (name.toLowerCase() !== peerHeader) headers.append(name, rawHeaders[at + 1] as string)
  }
  headers.set(peerHeader, request.socket.remoteAddress ?? '')
  // the one that the front has given, in place of whatever was sent
  const requestId = request.headers['x-request-id']
  if (typeof requestId === 'string') headers.set('x-request-id', requestId)
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(`http://rollcall${url}`, {
    method,
    headers,
    signal: gone,
    ...(hasBody ? { body: Readable.toWeb(request) as ReadableStream<Uint8Array>, duplex: 'half' as const } : {}),
  })
}

/** Sends an answer of a handler. Resolves when it is sent or nobody waits for it. */
export async function sendResponse(
  answer: Response,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.statusCode = answer.status
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value)
  const cookies = answer.headers.getSetCookie()
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  // What was refused unread must not be taken for the next request.
  if (!request.complete && hasMore(request)) {
    response.setHeader('connection', 'close')
    response.once('close', () => request.destroy())
  }
  if (answer.body === null || request.method === 'HEAD') {
    await answer.body?.cancel()
    response.end()
    return
  }
  const source = Readable.fromWeb(answer.body as NodeReadableStream)
  // whoever leaves a stream in its middle has ended it; what ends it for them leaves a line, since no answer can say it
  source.once('error', (error) => {
    if (response.destroyed) return
    const { method, url = '', headers } = request
    logFailure(safeRequestId(headers['x-request-id']), `${method} ${pathOf(url)}, broken off`, error)
  })
  await pipeline(source, response).catch(() => {})
}

const hasMore = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
