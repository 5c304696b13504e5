/** How many digits a shortened commit must have: fewer would name too many commits. */
export const minPrefix = 7

/** True when `requested` names `candidate`: in full, or by at least seven of its first characters. Empty names nothing. */
export function namesCommit(candidate: string, requested: string): boolean {
  if (candidate === '' || requested === '') return false
  const [a, b] = [candidate.toLowerCase(), requested.toLowerCase()]
  return a === b || (b.length >= minPrefix && a.startsWith(b))
}
