import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { HookReceiver } from '../hooks/receiver.ts'
import { isHook, serveHook } from '../hooks/serve.ts'
import type { Deps } from '../server/context.ts'
import type { DoorError } from '../server/faults.ts'
import { dataPolicy, fixedHeaders } from '../server/headers.ts'
import { logFailure, logRequest } from '../server/log.ts'
import { problemResponse } from '../server/problem.ts'
import { safeRequestId } from '../server/request-id.ts'
import { entryFor, type FrontEntry } from './entries.ts'
import { fetchRequest, sendResponse } from './exchange.ts'
import { cleanForPages } from './pages.ts'
import { isPageMethod, pathOf, refusalOf } from './refusals.ts'

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

/**
 * Answers what is data itself, webhooks first, and hands the rest to `pages`. Whatever answers: the headers of every
 * answer are set here, and the request goes on under one id.
 */
export function openFront({ deps, receiver, entries }: Surroundings, pages: Handler): Front {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    const requestId = safeRequestId(request.headers['x-request-id'])
    request.headers['x-request-id'] = requestId
    response.setHeader('x-request-id', requestId)
    // until somebody says what else may be done with it: pages do
    response.setHeader('content-security-policy', dataPolicy)
    for (const [name, value] of Object.entries(fixedHeaders(deps.env()))) response.setHeader(name, value)
    const refuse = (error: DoorError) => sendResponse(problemResponse(error, requestId, 'front'), request, response)

    const refused = refusalOf(request)
    if (refused) return refuse(refused)
    if (isHook(request)) return serveHook(receiver, request, response)
    const entry = entryFor(pathOf(url), entries)
    if (entry === null) {
      const wrongMethod = isPageMethod(method)
      if (wrongMethod) return refuse(wrongMethod)
      cleanForPages(request, deps.env())
      return pages(request, response)
    }
    const left = new AbortController()
    response.once('close', () => response.writableFinished || left.abort())
    await sendResponse(await entry.handle(fetchRequest(request, left.signal), deps), request, response)
  }

  return {
    listener(request, response) {
      const startedAt = performance.now()
      response.once('close', () => {
        if (response.statusCode < 500) return
        const { method = '', url = '' } = request
        const { statusCode: status } = response
        logRequest(requestIdOf(request), { method, path: pathOf(url), status, ms: performance.now() - startedAt })
      })
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

const requestIdOf = ({ headers }: IncomingMessage) => safeRequestId(headers['x-request-id'])
