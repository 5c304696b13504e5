import { type Gatherer, gatherer } from './gatherer.ts'
import type { PrismaClient } from './generated/client.ts'
import { writeCompletions } from './rows/completions.ts'
import type { AttemptKey } from './rows/drive.ts'
import { withoutCollision } from './transact.ts'

const gatherMilliseconds = 2

/**
 * Completes operations, those of one apply that come at the same time together: each commit waits for the disk while it
 * holds the row that they share, so fifty one after the other would take fifty times as long.
 */
export interface Completions {
  /** True: it is written. False: it is for the caller to end this attempt by itself, or it is not his. */
  complete(key: AttemptKey, now: Date): Promise<boolean>
}

interface Waiting {
  key: AttemptKey
  now: Date
  resolve: (written: boolean) => void
  reject: (error: unknown) => void
}

export function openCompletions(db: PrismaClient): Completions {
  const byApply = new Map<string, Gatherer<Waiting>>()

  function gathererOf(applyId: string): Gatherer<Waiting> {
    const known = byApply.get(applyId)
    if (known) return known
    const made = gatherer<Waiting>(gatherMilliseconds, async (items) => {
      const keys = items.map(({ key }) => key)
      const now = new Date(Math.max(...items.map((item) => item.now.getTime())))
      try {
        let ended = await withoutCollision(() => writeCompletions(db, applyId, keys, now))
        // the last one of an apply turns its state: all but one of the last ones can still go together
        if (ended.size === 0 && keys.length > 1)
          ended = await withoutCollision(() => writeCompletions(db, applyId, keys.slice(1), now))
        for (const { key, resolve } of items) resolve(ended.has(key.attemptId))
      } catch (error) {
        for (const { reject } of items) reject(error)
      }
      if (made.idle()) byApply.delete(applyId)
    })
    byApply.set(applyId, made)
    return made
  }

  return {
    complete: (key, now) =>
      new Promise((resolve, reject) => gathererOf(key.applyId).add({ key, now, resolve, reject })),
  }
}
