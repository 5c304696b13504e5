import { setTimeout as delay } from 'node:timers/promises'

const everyMilliseconds = 20

/**
 * Looks until there is something to see and answers it; throws with `what` and the last thing that was seen when it did
 * not come within `withinSeconds`. Null, undefined and false mean: not yet.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  options: { withinSeconds?: number; sofar?: () => unknown } = {},
): Promise<T> {
  const { withinSeconds = 15, sofar } = options
  const deadline = performance.now() + withinSeconds * 1000
  for (;;) {
    const seen = await look()
    if (seen !== null && seen !== undefined && seen !== false) return seen
    if (performance.now() > deadline) {
      const last = sofar === undefined ? '' : ` So far: ${JSON.stringify(await sofar(), null, 2)}`
      throw new Error(`waited ${withinSeconds} s for: ${what}.${last}`)
    }
    await delay(everyMilliseconds)
  }
}
