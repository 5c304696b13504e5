/** Which cursor each page was reached from, for as long as the tab lives: a keyset only knows the way on. */
const cameFrom = new Map<string, string | null>()

/** The cursors of the page before and the page after; null before means the newest page. */
export function usePager(cursor: string | null, next: string | null): { newer: string | null; older: string | null } {
  if (next !== null) cameFrom.set(next, cursor)
  return { newer: cursor === null ? null : (cameFrom.get(cursor) ?? null), older: next }
}
