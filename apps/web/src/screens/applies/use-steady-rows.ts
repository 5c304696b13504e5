import type { ApplyRow } from '@rollcall/services'
import { useState } from 'react'

/**
 * The rows of a list that nobody's pointer or focus is on are simply the newest. While somebody is on it, rows change
 * in place but do not move: new ones are counted and wait to be shown.
 */
export function useSteadyRows(items: readonly ApplyRow[] | undefined, listKey: string) {
  const [held, setHeld] = useState<{ key: string; ids: readonly string[] } | null>(null)
  const rows = items ?? []
  const hold = () => setHeld((known) => known ?? { key: listKey, ids: rows.map(({ id }) => id) })
  const release = () => setHeld(null)

  const keeping = held !== null && held.key === listKey && held.ids.length > 0
  const byId = new Map(rows.map((row) => [row.id, row]))
  const shown = keeping ? held.ids.flatMap((id) => byId.get(id) ?? []) : rows
  const first = keeping ? rows.findIndex(({ id }) => held.ids.includes(id)) : 0
  return {
    rows: shown,
    waiting: first === -1 ? rows.length : first,
    show: release,
    hold: { onPointerEnter: hold, onPointerLeave: release, onFocus: hold, onBlur: release },
  }
}
