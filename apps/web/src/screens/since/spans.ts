/** What can be asked for: since one's own last visit, or a length that shifts have. */
export const spans = ['left', '8h', '24h', '7d'] as const
export type Span = (typeof spans)[number]

export const spanLabels: Record<Span, string> = {
  left: 'since I left',
  '8h': 'last 8 h',
  '24h': 'last 24 h',
  '7d': '7 days',
}

const hours: Record<Exclude<Span, 'left'>, number> = { '8h': 8, '24h': 24, '7d': 168 }

/** The moment it begins, to the minute so that asking again asks the same; undefined: the server knows the last visit. */
export function sinceOf(span: Span, now: number): string | undefined {
  if (span === 'left') return undefined
  return new Date(Math.floor(now / 60_000) * 60_000 - hours[span] * 3_600_000).toISOString()
}
