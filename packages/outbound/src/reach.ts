import { isIP } from 'node:net'
import { type Range, rangeOf } from './address.ts'

/** Which ranges besides the public internet may be connected to; `all`: every one of which that can be said at all. */
export type Reach = 'all' | readonly string[]

/** The variable in which an administrator lists the ranges that are not public and may be reached all the same. */
export const reachVariable = 'ROLLCALL_OUTBOUND_PRIVATE'

/**
 * The ranges of ROLLCALL_OUTBOUND_PRIVATE, such as `10.0.0.0/8,fd00::/8`; none when it is empty or not set, and then only
 * public addresses are reached. What can never be reached (link-local and metadata addresses) stays out of reach inside
 * a listed range, too. Throws an Error that names the first entry that is no range: nothing is guessed here.
 */
export function readReach(text: string | undefined): readonly string[] {
  if (text === undefined || text.trim() === '') return []
  return text.split(',').map((entry) => {
    const problem = problemOf(entry.trim())
    if (problem !== null) throw new Error(`${reachVariable}: ${problem}`)
    return entry.trim()
  })
}

const example = 'write it as 10.0.0.0/8, fd00::/8 or a single address, and separate several by commas'

function problemOf(entry: string): string | null {
  if (entry === '') return `an entry is empty; ${example}`
  const shown = JSON.stringify(entry.slice(0, 80))
  const [host = ''] = entry.split('/')
  if (isIP(host) === 0 || host.includes('%')) return `${shown} is not a range of addresses; ${example}`
  let range: Range
  try {
    range = rangeOf(entry)
  } catch {
    return `${shown} is not a range of addresses; ${example}`
  }
  return hasBitsBehind(range) ? `${shown} has bits set behind its prefix; name the first address of the range` : null
}

/** `10.1.0.0/8` may mean a range that is far larger than it looks. */
function hasBitsBehind({ address, prefix }: Range): boolean {
  return address.some((byte, i) => (byte & (0xff >> Math.min(8, Math.max(0, prefix - i * 8)))) !== 0)
}
