import type { Reading, UnreachableReason } from '@rollcall/rollout'
import type { ReadingRow } from '@rollcall/store'
import { foreignText } from '../foreign-text.ts'

/** A reading as a row. */
export function readingRow(targetId: string, reading: Reading): ReadingRow {
  return {
    targetId,
    kind: reading.kind,
    sha: reading.kind === 'sha' ? reading.sha : null,
    reason: reading.kind === 'unreachable' ? reading.reason : null,
    httpStatus: reading.httpStatus,
    detail: foreignText(reading.detail, 500),
    latencyMs: reading.latencyMs === null ? null : Math.round(reading.latencyMs),
    at: reading.at,
  }
}

export interface StoredReading {
  kind: string
  sha: string | null
  reason: string | null
  httpStatus: number | null
  detail: string | null
  latencyMs: number | null
  at: Date
}

/** A row as a reading. What we do not know how to read is an answer from something else. */
export function readingOf(row: StoredReading): Reading {
  const common = { at: row.at, latencyMs: row.latencyMs, httpStatus: row.httpStatus, detail: row.detail }
  if (row.kind === 'sha' && row.sha !== null) return { ...common, kind: 'sha', sha: row.sha }
  if (row.kind === 'unreachable')
    return { ...common, kind: 'unreachable', reason: (row.reason ?? 'other') as UnreachableReason }
  if (row.kind === 'unstamped' || row.kind === 'unhealthy') return { ...common, kind: row.kind }
  return { ...common, kind: 'wrong_service' }
}
