/** What the first build is, compared with the second. */
export type BuildOrder = 'same' | 'older' | 'newer' | 'unknown'

/** `orderedAt` is the commit time where it is known, else the time of publication. */
export interface OrderedBuild {
  sha: string
  branch: string
  orderedAt: Date
  publishedAt: Date
}

/**
 * Orders two builds of one component: the same sha is `same`; a missing build or another branch is `unknown`; else the
 * commit time decides, then the time of publication. A tie in both is `unknown`: order is never guessed.
 */
export function compareBuilds(a: OrderedBuild | null, b: OrderedBuild | null): BuildOrder {
  if (a === null || b === null) return 'unknown'
  if (shaMatches(a.sha, b.sha)) return 'same'
  if (a.branch === '' || a.branch !== b.branch) return 'unknown'
  return orderOfTimes(a.orderedAt, b.orderedAt) ?? orderOfTimes(a.publishedAt, b.publishedAt) ?? 'unknown'
}

function orderOfTimes(a: Date, b: Date): BuildOrder | null {
  const difference = a.getTime() - b.getTime()
  if (Number.isNaN(difference)) return 'unknown'
  return difference === 0 ? null : difference < 0 ? 'older' : 'newer'
}

/** True when both name the same commit in full, whatever their case. Empty or missing never matches. */
export function shaMatches(actual: string | null, expected: string | null): boolean {
  if (!actual || !expected) return false
  return actual.toLowerCase() === expected.toLowerCase()
}

/** A full git sha: 40 hexadecimal digits, or 64 in a repository that uses SHA-256. */
export function isFullSha(text: string | null): boolean {
  return text !== null && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)
}
