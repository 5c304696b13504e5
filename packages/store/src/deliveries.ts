import { fromPrisma, type PgBoss } from 'pg-boss'
import { gatherer } from './gatherer.ts'
import type { PrismaClient } from './generated/client.ts'
import type { Hints } from './hints.ts'
import { sendJobs } from './jobs.ts'
import { insertChange } from './rows/changes.ts'
import { insertDeliveries, type NewDelivery, type StoredDelivery } from './rows/deliveries.ts'
import { withoutCollision } from './transact.ts'

const gatherMilliseconds = 2
const noteMilliseconds = 300

/**
 * Stores webhook deliveries, those that come at the same time together, each new accepted one with the job that handles
 * it in the same transaction: every commit waits for the disk, and senders come in bursts.
 */
export interface Deliveries {
  /** Resolves once it is committed; rejects when it is not stored. */
  store(delivery: NewDelivery): Promise<StoredDelivery>
  /** Says now what has gathered so far. */
  flush(): Promise<void>
}

interface Waiting {
  delivery: NewDelivery
  resolve: (stored: StoredDelivery) => void
  reject: (error: unknown) => void
}

export function openDeliveries({ db, boss, hints }: { db: PrismaClient; boss: PgBoss; hints: Hints }): Deliveries {
  // one change for all that came meanwhile: a burst of hooks must not fill the feed that screens resume from
  const notes = gatherer<Date>(noteMilliseconds, async (times) => {
    const at = times.at(-1) as Date
    await insertChange({ db }, { kind: 'delivery.received', applyId: null, environmentId: null, operationId: null, at })
    hints.publish('world')
  })

  const batches = gatherer<Waiting>(gatherMilliseconds, async (items) => {
    const groups = [...Map.groupBy(items, ({ delivery }) => keyOf(delivery)).values()]
    const firsts = groups.map((group) => {
      const { delivery } = group[0] as Waiting
      return { ...delivery, repeats: delivery.repeats + group.length - 1 }
    })
    try {
      const stored = await withoutCollision(() => commit(firsts))
      const byKey = new Map(stored.map((row) => [keyOf(row), row]))
      for (const [nth, { delivery, resolve }] of groups.flatMap((group) => [...group.entries()])) {
        const row = byKey.get(keyOf(delivery)) as StoredDelivery
        resolve(nth === 0 ? row : { ...row, isNew: false })
      }
      if (stored.some(({ isNew }) => isNew)) notes.add(firsts.at(-1)?.receivedAt as Date)
    } catch (error) {
      for (const { reject } of items) reject(error)
    }
  })

  async function commit(deliveries: readonly NewDelivery[]): Promise<StoredDelivery[]> {
    const accepted = new Set(deliveries.filter(({ verdict }) => verdict === 'accepted').map(({ id }) => id))
    const stored = await db.$transaction(async (tx) => {
      const rows = await insertDeliveries(tx, deliveries)
      const jobs = rows
        .filter(({ id }) => accepted.has(id))
        .map(({ id }) => ({ name: 'delivery.handle' as const, data: { deliveryId: id }, key: id }))
      if (jobs.length > 0) await sendJobs(boss, fromPrisma(tx), jobs)
      return rows
    })
    if (accepted.size > 0) hints.publish('jobs:delivery.handle')
    return stored
  }

  return {
    store: (delivery) => new Promise((resolve, reject) => batches.add({ delivery, resolve, reject })),
    async flush() {
      await batches.flush()
      await notes.flush()
    },
  }
}

const keyOf = ({ endpoint, dedupeKey }: { endpoint: string; dedupeKey: string }) => `${endpoint} ${dedupeKey}`
