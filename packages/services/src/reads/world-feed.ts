import { readChanges } from '@rollcall/store'
import type { Context } from '../context.ts'

/** A number that was skipped this many numbers ago belongs to a transaction that was rolled back. */
const lookBack = 1_000n

export interface WorldFeed {
  /** the highest number that was read */
  readonly seen: bigint
  /** The kinds of what was committed since the last time, each once; of hidden environments nothing. */
  read(): Promise<string[]>
}

/**
 * Reads all changes from now on, each once. Numbers are given when a change is written but show when it is committed,
 * so a lower one may come after a higher one: numbers that were skipped are looked for until they are long past.
 */
export async function openWorldFeed({ store: { db }, sees = 'everywhere' }: Context): Promise<WorldFeed> {
  const newest = (await db.change.findFirst({ orderBy: { id: 'desc' }, select: { id: true } }))?.id ?? 0n
  let seen = newest > lookBack ? newest - lookBack : 0n
  const skipped = new Set<bigint>()
  const feed: WorldFeed = {
    get seen() {
      return seen
    },
    async read() {
      const found = await readChanges(db, seen, [...skipped], sees === 'everywhere' ? null : [...sees])
      for (const { id } of found) {
        if (skipped.delete(id)) continue
        for (let gap = seen + lookBack < id ? id - lookBack : seen + 1n; gap < id; gap++) skipped.add(gap)
        seen = id
      }
      for (const id of skipped) if (id < seen - lookBack) skipped.delete(id)
      return [...new Set(found.flatMap(({ kind }) => kind ?? []))]
    },
  }
  await feed.read()
  return feed
}
