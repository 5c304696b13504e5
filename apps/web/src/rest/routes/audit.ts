import {
  exportAudit,
  exportAuditInput,
  getAuditRow,
  getAuditRowInput,
  listAudit,
  listAuditInput,
  verifyAuditInput,
  verifyAuditOnce,
} from '@rollcall/services'
import { may } from '../../server/access.ts'
import { gives, type QueryKind, type Route } from '../route.ts'
import { streamOf } from '../stream-of.ts'

const filters: Record<string, QueryKind> = {
  actor: 'text',
  action: 'text',
  subjectType: 'text',
  subjectId: 'text',
  environment: 'text',
  outcome: 'text',
  via: 'text',
  since: 'text',
  until: 'text',
  text: 'text',
}

/** Also what a page's download asks. */
export const auditExportRoute: Route = {
  method: 'GET',
  path: '/audit/export',
  access: may('read', 'anywhere'),
  summary: 'Take the audit away as JSON lines or as CSV, oldest first',
  input: exportAuditInput,
  query: { ...filters, format: 'text' },
  answers: { 200: 'The rows, as a stream' },
  async handle(context, input) {
    const { type, fileName, pieces } = await exportAudit(context, input)
    const headers = { 'content-type': type, 'content-disposition': `attachment; filename="${fileName}"` }
    return { status: 200, body: await streamOf(pieces), headers }
  },
}

export const auditRoutes: Route[] = [
  {
    method: 'GET',
    path: '/audit',
    access: may('read', 'anywhere'),
    summary: 'List who did what, and what was refused to whom, newest first',
    input: listAuditInput,
    query: { ...filters, cursor: 'text', limit: 'number' },
    answers: { 200: 'A page of the audit' },
    handle: gives(listAudit),
  },
  auditExportRoute,
  {
    method: 'GET',
    path: '/audit/:id',
    access: may('read', 'anywhere'),
    summary: 'Read one row of the audit',
    input: getAuditRowInput,
    answers: { 200: 'The row' },
    noun: 'row of the audit',
    handle: gives(getAuditRow),
  },
  {
    method: 'GET',
    path: '/audit/verification',
    access: may('read', 'anywhere'),
    summary: 'Read the whole chain over the audit, and name the first row that was tampered with',
    input: verifyAuditInput,
    query: { anchor: 'text' },
    answers: { 200: 'The verdict' },
    handle: gives(verifyAuditOnce),
  },
]
