import type { BuildOrder } from '@rollcall/rollout'

/**
 * What a version is compared with another one, by semantic versioning with an optional `v` in front. `unknown` where one
 * of them is missing or of another kind: order is never guessed from text.
 */
export function compareVersions(version: string | null, other: string | null): BuildOrder {
  const a = parts(version)
  const b = parts(other)
  if (a === null || b === null) return 'unknown'
  for (let i = 0; i < 3; i++) {
    const difference = compareNumbers(a.core[i] as string, b.core[i] as string)
    if (difference !== 0) return difference < 0 ? 'older' : 'newer'
  }
  const difference = comparePrerelease(a.prerelease, b.prerelease)
  return difference === 0 ? 'same' : difference < 0 ? 'older' : 'newer'
}

const pattern =
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/

function parts(version: string | null): { core: string[]; prerelease: string[] } | null {
  const match = version === null || version.length > 200 ? null : pattern.exec(version.trim())
  if (match === null) return null
  return { core: match.slice(1, 4), prerelease: match[4] === undefined ? [] : match[4].split('.') }
}

/** Digits of any length, without leading zeros. */
function compareNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a === b ? 0 : a < b ? -1 : 1
}

/** A prerelease comes before its release; numbers come before words. */
function comparePrerelease(a: string[], b: string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]]
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1
    if (left === right) continue
    const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)]
    if (leftIsNumber && rightIsNumber) {
      const difference = compareNumbers(left.replace(/^0+(?=\d)/, ''), right.replace(/^0+(?=\d)/, ''))
      if (difference !== 0) return difference
      continue
    }
    if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1
    return left < right ? -1 : 1
  }
  return 0
}
