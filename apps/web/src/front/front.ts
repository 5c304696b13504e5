import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { HookReceiver } from '../hooks/receiver.ts'
import { isHook, serveHook } from '../hooks/serve.ts'
import type { Deps } from '../server/context.ts'
import { DoorError } from '../server/faults.ts'
import { logFailure } from '../server/log.ts'
import { problemResponse } from '../server/problem.ts'
import { safeRequestId } from '../server/request-id.ts'
import { entryFor, type FrontEntry } from './entries.ts'
import { fetchRequest, sendResponse } from './exchange.ts'

export interface Front {
  listener: RequestListener
  /** Stores what was counted and not stored yet. */
  close(): Promise<void>
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export interface Surroundings {
  deps: Deps
  receiver: HookReceiver
  entries: readonly FrontEntry[]
}

/** Answers what is data itself, webhooks first, and hands the rest to `pages`. */
export function openFront({ deps, receiver, entries }: Surroundings, pages: Handler): Front {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    if (isHook(request)) return serveHook(receiver, request, response)
    const refused = refusalOf(method, url)
    if (refused) return sendResponse(problemResponse(refused, requestIdOf(request), 'front'), request, response)
    const entry = entryFor(pathOf(url), entries)
    if (entry === null) return pages(request, response)
    const left = new AbortController()
    response.once('close', () => left.abort())
    await sendResponse(await entry.handle(fetchRequest(request, left.signal), deps), request, response)
  }

  return {
    listener(request, response) {
      serve(request, response).catch((error: unknown) => {
        const requestId = requestIdOf(request)
        if (!response.headersSent) {
          void sendResponse(problemResponse(error, requestId, 'front'), request, response)
          return
        }
        logFailure(requestId, 'front', error)
        response.destroy()
      })
    },
    close: () => receiver.flush(),
  }
}

const pathOf = (url: string) => url.replace(/[?#].*$/s, '')

/** What neither a handler nor a page could take; Next would answer some of it with 500. */
function refusalOf(method: string, url: string): DoorError | null {
  if (method === 'TRACE' || method === 'CONNECT') {
    return new DoorError('method_not_allowed', `${method} is not answered here.`, {
      remedy: 'Use GET.',
      headers: { allow: 'GET, HEAD, OPTIONS' },
    })
  }
  // a whole URL, as one asks a proxy, and what is no path at all
  if (!url.startsWith('/') || url.startsWith('//')) return malformedPath('The path must begin with one slash.')
  try {
    decodeURIComponent(pathOf(url))
    return null
  } catch {
    return malformedPath('The path is not valid percent-encoded UTF-8.')
  }
}

const malformedPath = (message: string) => new DoorError('malformed', message, { remedy: 'Correct the path.' })

const requestIdOf = ({ headers }: IncomingMessage) => safeRequestId(headers['x-request-id'])
