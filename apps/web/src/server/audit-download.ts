import { answerRoute } from '../rest/dispatch.ts'
import { auditExportRoute } from '../rest/routes/audit.ts'
import type { Deps } from './context.ts'
import { principalOf } from './principal.ts'
import { problemResponse } from './problem.ts'
import { requestIdOf } from './request-id.ts'
import { notSignedIn } from './trpc/trpc.ts'

/** Who may download the audit from a page: who may export it. */
export const auditDownloadAccess = auditExportRoute.access

/** The export of the API for a browser: the same, proven by the session, because a link sends no header. It only reads. */
export async function handleAuditDownload(request: Request, deps: Deps): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    const principal = await principalOf(request.headers, deps)
    if (principal === null) throw notSignedIn()
    return await answerRoute(request, { route: auditExportRoute, params: {} }, principal, deps, requestId)
  } catch (error) {
    return problemResponse(error, requestId, 'audit download')
  }
}
