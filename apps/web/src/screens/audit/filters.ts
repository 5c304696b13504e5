import { parseAsString, parseAsStringLiteral } from 'nuqs'

const day = /^\d{4}-\d{2}-\d{2}$/

export const auditFilters = {
  outcome: parseAsStringLiteral(['done', 'refused'] as const),
  actor: parseAsString,
  action: parseAsString,
  environment: parseAsString,
  via: parseAsString,
  subjectType: parseAsString,
  subjectId: parseAsString,
  /** days, as the UTC calendar has them; `to` is included */
  from: parseAsString,
  to: parseAsString,
  text: parseAsString,
  cursor: parseAsString,
}

export interface AuditFilters {
  outcome: 'done' | 'refused' | null
  actor: string | null
  action: string | null
  environment: string | null
  via: string | null
  subjectType: string | null
  subjectId: string | null
  from: string | null
  to: string | null
  text: string | null
}

export const noFilters: AuditFilters = {
  outcome: null,
  actor: null,
  action: null,
  environment: null,
  via: null,
  subjectType: null,
  subjectId: null,
  from: null,
  to: null,
  text: null,
}

export const isFiltered = (filters: AuditFilters): boolean =>
  (Object.keys(noFilters) as (keyof AuditFilters)[]).some((name) => filters[name] !== null)

/** What is asked of the server: days become the moments at which they begin and end. A day that is none is left out. */
export function askedOf({ from, to, ...rest }: AuditFilters): Record<string, string> {
  const said = (Object.keys(noFilters) as (keyof AuditFilters)[]).flatMap((name) => {
    const value = name === 'from' || name === 'to' ? null : rest[name]
    return value === null || value.trim() === '' ? [] : [[name, value.trim()] as const]
  })
  const since = momentOf(from, 0)
  const until = momentOf(to, 1)
  return Object.fromEntries([
    ...said,
    ...(since === null ? [] : [['since', since] as const]),
    ...(until === null ? [] : [['until', until] as const]),
  ])
}

function momentOf(text: string | null, daysLater: number): string | null {
  if (text === null || !day.test(text)) return null
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(at) ? null : new Date(at + daysLater * 86_400_000).toISOString()
}

/** Where a browser takes the same rows as a file. */
export function downloadHref(filters: AuditFilters, format: 'jsonl' | 'csv'): string {
  return `/api/audit?${new URLSearchParams({ ...askedOf(filters), format })}`
}
