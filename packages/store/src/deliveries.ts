import pg from 'pg'
import type { PgBoss } from 'pg-boss'
import { gatherer } from './gatherer.ts'
import type { PrismaClient } from './generated/client.ts'
import type { Hints } from './hints.ts'
import { sendJobs } from './jobs.ts'
import { insertChange } from './rows/changes.ts'
import { insertDeliveries, type NewDelivery, type StoredDelivery } from './rows/deliveries.ts'
import { withoutCollision } from './transact.ts'

const gatherMilliseconds = 2
/** Batches on their way at once: the next one need not wait until the disk has answered the last one. */
const lanes = 2
/** Jobs gathered into one insertion; until then, and if they are lost, a delivery waits where it is stored. */
const jobMilliseconds = 15
const noteMilliseconds = 300

/**
 * Stores webhook deliveries, those that come at the same time together: every commit waits for the disk, and senders come
 * in bursts. The job that handles a new accepted one follows a moment later, because its sender should not wait for that:
 * a delivery whose job never came is found by itself.
 */
export interface Deliveries {
  /** Resolves once it is committed; rejects when it is not stored. */
  store(delivery: NewDelivery): Promise<StoredDelivery>
  /** Says now what has gathered so far. */
  flush(): Promise<void>
  close(): Promise<void>
}

interface Open {
  url: string
  db: PrismaClient
  boss: PgBoss
  hints: Hints
}

interface Waiting {
  delivery: NewDelivery
  resolve: (stored: StoredDelivery) => void
  reject: (error: unknown) => void
}

export function openDeliveries({ url, db, boss, hints }: Open): Deliveries {
  // Not through the ORM, which takes as long for its own part of so small a transaction as PostgreSQL does for the whole.
  const pool = new pg.Pool({
    connectionString: url,
    max: lanes,
    application_name: 'rollcall deliveries',
    options: '-c TimeZone=UTC',
  })
  pool.on('error', () => {})
  // one change for all that came meanwhile: a burst of hooks must not fill the feed that screens resume from
  const notes = gatherer<Date>(noteMilliseconds, async (times) => {
    const at = times.at(-1) as Date
    await insertChange({ db }, { kind: 'delivery.received', applyId: null, environmentId: null, operationId: null, at })
    hints.publish('world')
  })

  const jobs = gatherer<string>(jobMilliseconds, async (ids) => {
    const db = { executeSql: (text: string, values?: unknown[]) => pool.query({ ...named(text), values }) }
    await sendJobs(
      boss,
      db,
      ids.map((id) => ({ name: 'delivery.handle', data: { deliveryId: id }, key: id })),
    )
    hints.publish('jobs:delivery.handle')
  })

  let waiting: Waiting[] = []
  let timer: NodeJS.Timeout | null = null
  const underWay = new Set<Promise<void>>()

  function arm() {
    if (underWay.size < lanes) timer ??= setTimeout(begin, gatherMilliseconds)
  }

  function begin() {
    if (timer) clearTimeout(timer)
    timer = null
    const items = waiting
    waiting = []
    if (items.length === 0) return
    const batch = storeTogether(items).finally(() => {
      underWay.delete(batch)
      if (waiting.length > 0) arm()
    })
    underWay.add(batch)
  }

  async function storeTogether(items: readonly Waiting[]): Promise<void> {
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
  }

  // Planning the insertion of a job takes longer than inserting it; its text is always the same, and what if not has no name.
  let jobText: string | null = null
  function named(text: string): { text: string; name?: string } {
    jobText ??= text
    return text === jobText ? { text, name: 'rollcall_insert_delivery_jobs' } : { text }
  }

  async function commit(deliveries: readonly NewDelivery[]): Promise<StoredDelivery[]> {
    const accepted = new Set(deliveries.filter(({ verdict }) => verdict === 'accepted').map(({ id }) => id))
    const rows = await insertDeliveries(pool, deliveries)
    for (const { id } of rows) if (accepted.has(id)) jobs.add(id)
    return rows
  }

  return {
    store: (delivery) =>
      new Promise((resolve, reject) => {
        waiting.push({ delivery, resolve, reject })
        arm()
      }),
    async flush() {
      while (waiting.length + underWay.size > 0) {
        begin()
        await Promise.all(underWay)
      }
      await Promise.all([jobs.flush(), notes.flush()])
    },
    async close() {
      await this.flush()
      await pool.end().catch(() => {})
    },
  }
}

const keyOf = ({ endpoint, dedupeKey }: { endpoint: string; dedupeKey: string }) => `${endpoint} ${dedupeKey}`
