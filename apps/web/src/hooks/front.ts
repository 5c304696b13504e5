import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { logFailure } from '../server/log.ts'
import type { HookReceiver } from './receiver.ts'
import { isHook, serveHook } from './serve.ts'

export interface Front {
  listener: RequestListener
  /** Stores what was counted and not stored yet. */
  close(): Promise<void>
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Takes webhooks out of all requests and hands the rest to `others`. */
export function serveWith(others: Handler): Front {
  // Loaded beside the pages: neither keeps the other from being there soon.
  const receiver = import('./process-receiver.ts').then(({ processReceiver }): HookReceiver => processReceiver())
  receiver.catch(() => {})
  const handle: Handler = async (request, response) => {
    if (isHook(request)) await serveHook(await receiver, request, response)
    else await others(request, response)
  }
  return {
    listener(request, response) {
      handle(request, response).catch((error: unknown) => {
        logFailure('none', 'server', error)
        if (!response.headersSent) response.writeHead(500)
        response.end()
      })
    },
    close: async () => (await receiver).flush(),
  }
}
