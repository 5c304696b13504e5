import { createHash } from 'node:crypto'
import type { AuditText } from '@rollcall/store'

/** What the first row is chained to. */
export const chainBegins = '0'.repeat(64)

/** The hash of a row and of everything sealed before it: SHA-256 over the hash before, the row's id and its columns. */
export function hashOf(previous: string, { auditId, columns }: AuditText): string {
  return createHash('sha256')
    .update(`${previous}\n${JSON.stringify([String(auditId), ...(columns ?? [])])}`)
    .digest('hex')
}
