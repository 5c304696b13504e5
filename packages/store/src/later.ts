import type { PgBoss } from 'pg-boss'
import { gatherer } from './gatherer.ts'
import type { PrismaClient } from './generated/client.ts'
import type { Hints } from './hints.ts'
import { type Sending, sendJobs } from './jobs.ts'
import { insertChange } from './rows/changes.ts'

const noteMilliseconds = 50
const sendMilliseconds = 10

/**
 * What is said a moment later and outside of any transaction, for all that gathered meanwhile: fifty operations of one
 * apply that move at once are one change and one look, not fifty that queue for the same row. Losing it is harmless, as
 * with a hint: the facts are stored before, and whoever needs to know also looks by itself.
 */
export interface Later {
  /** Something about this apply has changed: look again. */
  note(change: { kind: string; applyId: string; operationId: string; at: Date }): void
  /** What an operation's end makes needless to say. Resolves when what was on its way already has been said. */
  dropNotes(operationId: string): Promise<void>
  /** A job that the stored facts ask for anyway. */
  send(sending: Sending): void
  /** Says now what has gathered so far. */
  flush(): Promise<void>
}

export function openLater({ db, boss, hints }: { db: PrismaClient; boss: PgBoss; hints: Hints }): Later {
  const notes = gatherer<Parameters<Later['note']>[0]>(noteMilliseconds, async (changes) => {
    for (const [applyId, group] of Map.groupBy(changes, (change) => change.applyId)) {
      const last = group.at(-1) as (typeof group)[number]
      const alone = group.every(({ operationId }) => operationId === last.operationId)
      const change = alone ? last : { ...last, kind: 'operations.moved', operationId: null }
      await insertChange({ db }, { ...change, environmentId: null })
      hints.publish(`apply:${applyId}`)
    }
    hints.publish('world')
  })
  const jobs = gatherer<Sending>(sendMilliseconds, async (sendings) => {
    const once = new Map(sendings.map((sending) => [`${sending.name} ${sending.key}`, sending]))
    await sendJobs(boss, undefined, [...once.values()])
    for (const { name } of once.values()) hints.publish(`jobs:${name}`)
  })
  return {
    note: notes.add,
    dropNotes: (operationId) => notes.drop((note) => note.operationId === operationId),
    send: jobs.add,
    async flush() {
      await Promise.all([notes.flush(), jobs.flush()])
    },
  }
}
