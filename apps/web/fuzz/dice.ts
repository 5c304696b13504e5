/** Chance that can be repeated: the same words give the same throws, on every machine. */
export interface Dice {
  /** a whole number from 0 on, below `n` */
  below(n: number): number
  pick<T>(from: readonly T[]): T
  /** true in `share` of all throws */
  chance(share: number): boolean
}

export function dice(...words: readonly (string | number)[]): Dice {
  let state = hash(words.join('\u0000'))
  // mulberry32: small, quick and even enough to choose with
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    below,
    pick: (from) => from[below(from.length)] as (typeof from)[number],
    chance: (share) => next() < share,
  }
}

/** FNV-1a with a last stir, so that words that differ in one letter begin far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return value ^ (value >>> 16)
}
