import pg from 'pg'
import type { Store } from './store.ts'

const reconnectMilliseconds = 250

/**
 * Shows that a worker lives by a lock in PostgreSQL that its connection holds. When the process dies, however and on
 * whichever machine, its connection ends and PostgreSQL gives the lock back at once: others need not wait until enough
 * heartbeats were missed. A worker that only lost its connection takes the lock again.
 */
export interface Presence {
  close(): Promise<void>
}

export async function holdPresence(url: string, workerId: string): Promise<Presence> {
  let client: pg.Client | null = null
  let closed = false
  let retry: NodeJS.Timeout | null = null

  async function hold() {
    const mine = new pg.Client({ connectionString: url, keepAlive: true, application_name: 'rollcall presence' })
    client = mine
    const lost = () => {
      if (client !== mine) return
      client = null
      mine.end().catch(() => {})
      if (!closed) retry = setTimeout(hold, reconnectMilliseconds)
    }
    mine.on('error', lost)
    mine.on('end', lost)
    try {
      await mine.connect()
      await mine.query('select pg_advisory_lock(hashtextextended($1, 0))', [lockName(workerId)])
    } catch {
      lost()
    }
  }

  await hold()
  return {
    async close() {
      closed = true
      if (retry) clearTimeout(retry)
      await client?.end().catch(() => {})
    },
  }
}

/** Workers that were seen, though not since `before`, and whose lock nobody holds. */
export async function findAbsentWorkers(store: Store, before: Date): Promise<string[]> {
  const rows = await store.db.$queryRaw<{ id: string }[]>`
    select w.id from worker_heartbeats w
    where w.seen_at < ${before} and not exists (
      select from pg_locks l
      where l.locktype = 'advisory' and l.granted and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_database())
        and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(${lockName('')} || w.id, 0))
    order by w.id`
  return rows.map(({ id }) => id)
}

function lockName(workerId: string): string {
  return `rollcall worker ${workerId}`
}
