/** The known name that was probably meant; null when none is near. Case, `-` and `_` do not count as differences. */
export function nearest(name: string, known: readonly string[]): string | null {
  const wanted = plain(name.slice(0, 64))
  let best: string | null = null
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const far = distance(wanted, plain(candidate))
    if (far < bestDistance) [best, bestDistance] = [candidate, far]
  }
  return bestDistance <= Math.max(1, Math.floor(wanted.length / 3)) ? best : null
}

const plain = (name: string) => name.toLowerCase().replace(/[-_]/g, '')

/** How many letters to add, drop or change. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[to.length] as number
}
