import type { SinceItem, SinceSection } from './views.ts'

/** Lines of one section; whoever was away for long reads the newest and is told how many more there are. */
export const listed = 25

/** What one query reads where everything of it is looked at. */
export const readAtMost = 500

/** What there is to tell: the newest, as many as can be listed, and how many there are. */
export interface Told {
  items: SinceItem[]
  total: number
}

export const together = (parts: readonly Told[]): Told => ({
  items: parts.flatMap(({ items }) => items),
  total: parts.reduce((sum, { total }) => sum + total, 0),
})

export const newest = ({ items, total }: Told): SinceSection =>
  cut(
    items.toSorted((a, b) => b.at.localeCompare(a.at)),
    total,
  )

export const soonest = (items: readonly SinceItem[]): SinceSection =>
  cut(
    items.toSorted((a, b) => a.at.localeCompare(b.at)),
    items.length,
  )

function cut(sorted: readonly SinceItem[], total: number): SinceSection {
  const items = sorted.slice(0, listed)
  return { items, more: Math.max(0, total - items.length) }
}
