import type { IncomingMessage, ServerResponse } from 'node:http'
import { openTo } from '../server/access.ts'
import { rawBodyOf } from './raw-body.ts'
import type { HookReceiver } from './receiver.ts'

/** Whether a request is for the receivers of webhooks: its path is /hooks or something below it. */
export function isHook({ url = '' }: IncomingMessage): boolean {
  return /^\/hooks(?:[/?]|$)/.test(url)
}

export const hookAccess = openTo('A forge holds no token: a delivery is proven by its signature.')

/** Answers one request for which `isHook` holds. Never throws. */
export async function serveHook(
  receiver: HookReceiver,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '', headers } = request
  const name = url.slice('/hooks/'.length).replace(/\?.*$/s, '').replace(/\/$/, '')
  const body = rawBodyOf(request)
  const answer = await receiver.answer({ method, name, headers, body: body.read })
  body.release()
  if (response.destroyed) return
  // What was refused unread must not be taken for the next request.
  if (!request.complete) {
    response.setHeader('connection', 'close')
    response.once('close', () => request.destroy())
  }
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
  response.end(method === 'HEAD' ? undefined : answer.body)
}
