/** Excel takes UTF-8 for something else without it; whoever reads by program takes JSON lines. */
export const csvBegin = '\ufeff'

/** What spreadsheets take for the beginning of a formula. */
const formula = /^(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/

/** One line of CSV (RFC 4180). No cell is a formula, and none holds a NUL. */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(value: string | null): string {
  const plain = (value ?? '').replaceAll('\0', '')
  const safe = formula.test(plain) ? `'${plain}` : plain
  return /[",\t\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}
