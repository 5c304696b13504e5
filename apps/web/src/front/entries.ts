import { handleAuth } from '../auth/handler.ts'
import { handleExchange } from '../exchange/handle-exchange.ts'
import { handleRest } from '../rest/dispatch.ts'
import { restTable } from '../rest/table.ts'
import { type Access, openTo } from '../server/access.ts'
import { auditDownloadAccess, handleAuditDownload } from '../server/audit-download.ts'
import type { Deps } from '../server/context.ts'
import { handleBuildinfo, handleHealth, handleReady, readOnly } from '../server/health.ts'
import { handleSession } from '../server/session-handler.ts'
import { handleTrpc } from '../server/trpc/handler.ts'

/** A path that answers with data. */
export interface FrontEntry {
  path: string
  /** everything under the path, too */
  below: boolean
  /** `of each`: what stands behind it states its own, row by row or procedure by procedure */
  access: Access | 'of each'
  /** Answers; a failure is told in the answer, never thrown. */
  handle: (request: Request, deps: Deps) => Response | Promise<Response>
}

const watching = openTo('Whoever watches this process knows no token, and is told nothing about a fleet.')

/** Every path that answers with data, but for webhooks; the first that fits is asked. What is not here is a page. */
export const frontEntries: readonly FrontEntry[] = [
  { path: '/healthz', below: false, access: watching, handle: readOnly(handleHealth) },
  { path: '/readyz', below: false, access: watching, handle: readOnly(handleReady) },
  { path: '/buildinfo', below: false, access: watching, handle: readOnly(handleBuildinfo) },
  { path: '/api/auth', below: true, access: openTo('Whoever comes in is nobody yet.'), handle: handleAuth },
  { path: '/api/session', below: false, access: openTo('This is where one signs in and out.'), handle: handleSession },
  { path: '/api/audit', below: false, access: auditDownloadAccess, handle: readOnly(handleAuditDownload) },
  { path: '/api/trpc', below: true, access: 'of each', handle: handleTrpc },
  {
    path: '/api/v1/token-exchange',
    below: false,
    access: openTo('The proof of an issuer is looked at here.'),
    handle: (request, deps) => handleExchange(request, deps),
  },
  { path: '/api/v1', below: true, access: 'of each', handle: (request, deps) => handleRest(request, restTable, deps) },
  // what nothing else answers is refused in the same words and by the same check as the API itself
  { path: '/api', below: true, access: 'of each', handle: (request, deps) => handleRest(request, [], deps) },
]

/** The entry for a path without its query; null: it is a page's. */
export function entryFor(path: string, entries: readonly FrontEntry[] = frontEntries): FrontEntry | null {
  return entries.find((entry) => path === entry.path || (entry.below && path.startsWith(`${entry.path}/`))) ?? null
}
