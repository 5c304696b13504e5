export interface GridLayout {
  /** from the left edge of one cell to that of the next */
  pitch: number
  /** the painted part of it */
  cell: number
  columns: number
  rows: number
  height: number
}

const pitches = [26, 22, 18, 15, 13, 11, 9]

/** The largest cells with which the whole fleet is about one screen high; never smaller than 9 px. */
export function gridLayout(count: number, width: number, wantedHeight: number): GridLayout {
  const usable = Math.max(9, width)
  const at = (pitch: number): GridLayout => {
    const columns = Math.max(1, Math.floor((usable + 2) / pitch))
    const rows = Math.ceil(count / columns)
    return { pitch, cell: pitch - (pitch > 12 ? 3 : 1.6), columns, rows, height: rows * pitch }
  }
  const fitting = pitches.map(at).find(({ height }) => height <= wantedHeight)
  return fitting ?? at(pitches.at(-1) ?? 9)
}

/** The index of the cell at a place; null between the last cell and the edge. */
export function cellAt(layout: GridLayout, count: number, x: number, y: number): number | null {
  const column = Math.floor(x / layout.pitch)
  const row = Math.floor(y / layout.pitch)
  if (column < 0 || column >= layout.columns || row < 0) return null
  const index = row * layout.columns + column
  return index < count ? index : null
}

/** The upper left corner of a cell. */
export function cellPlace(layout: GridLayout, index: number): { x: number; y: number } {
  return { x: (index % layout.columns) * layout.pitch, y: Math.floor(index / layout.columns) * layout.pitch }
}
