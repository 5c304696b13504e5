import { type KeyboardEvent, useState } from 'react'

const steps: Record<string, (columns: number, rowsOnScreen: number) => number> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns) => -columns,
  ArrowDown: (columns) => columns,
  PageUp: (columns, rows) => -columns * rows,
  PageDown: (columns, rows) => columns * rows,
  Home: () => Number.NEGATIVE_INFINITY,
  End: () => Number.POSITIVE_INFINITY,
}

/**
 * One stop for the keyboard in a field of many: arrows move by cell and row, Page Up and Down by ten rows, Home and End
 * to the corners. The index stays inside however the field shrinks.
 */
export function useRoving(count: number, columns: number) {
  const [at, setAt] = useState(0)
  const index = Math.min(at, Math.max(0, count - 1))
  return {
    index,
    setIndex: setAt,
    /** True when the key moved the focus; the caller then shows where it went. */
    onKey(event: KeyboardEvent): number | null {
      const step = steps[event.key]?.(columns, 10)
      if (step === undefined || event.metaKey || event.ctrlKey || event.altKey) return null
      event.preventDefault()
      const next = Math.min(count - 1, Math.max(0, index + step))
      setAt(next)
      return next
    },
  }
}
