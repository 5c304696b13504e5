import type { SinceItem, SinceSection } from './views.ts'

/** Lines of one section; whoever was away for long reads the newest and is told how many more there are. */
const listed = 25

/** What one query reads: more than is listed, so that what is left over can be counted. */
export const readAtMost = 500

export function section(items: readonly SinceItem[], order: 'newest' | 'soonest'): SinceSection {
  const sorted = items.toSorted((a, b) => (order === 'newest' ? b.at.localeCompare(a.at) : a.at.localeCompare(b.at)))
  return { items: sorted.slice(0, listed), more: Math.max(0, sorted.length - listed) }
}
