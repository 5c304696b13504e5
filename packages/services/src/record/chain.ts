import { createHash } from 'node:crypto'
import type { AuditText } from '@rollcall/store'

/** What the first row is chained to. */
export const chainBegins = '0'.repeat(64)

/**
 * The hash of a row, of when it was sealed, in milliseconds, and of everything sealed before it: SHA-256 over the hash
 * before, the row's id, its columns and that time.
 */
export function hashOf(previous: string, row: AuditText, sealedAt: string): string {
  return sha256(`${covered(previous, row)}\n${sealedAt}`)
}

/** The same as earlier versions sealed, which left the time out: their seals hold, and prove no time. */
export function timelessHashOf(previous: string, row: AuditText): string {
  return sha256(covered(previous, row))
}

const covered = (previous: string, { auditId, columns }: AuditText) =>
  `${previous}\n${JSON.stringify([String(auditId), ...(columns ?? [])])}`

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
