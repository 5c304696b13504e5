import { PrismaPg } from '@prisma/adapter-pg'
import type { PgBoss } from 'pg-boss'
import { type Completions, openCompletions } from './completions.ts'
import { type Deliveries, openDeliveries } from './deliveries.ts'
import { PrismaClient } from './generated/client.ts'
import { type Hints, openHints } from './hints.ts'
import { startBoss } from './jobs.ts'
import { type Later, openLater } from './later.ts'
import { statementNames } from './statement-names.ts'

const idleInTransactionMs = 15_000

/** One process's way to the facts: the Prisma client, the job queue, and the hints that say "look again". */
export interface Store {
  readonly db: PrismaClient
  readonly boss: PgBoss
  readonly hints: Hints
  readonly later: Later
  readonly completions: Completions
  readonly deliveries: Deliveries
  close(): Promise<void>
}

export interface StoreOptions {
  url: string
  /** this process takes jobs, too */
  work?: boolean
  /** connections of the Prisma client, default 10 */
  connections?: number
}

/** Opens the store on a migrated database. Throws when the database cannot be reached or is not migrated. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const adapter = new PrismaPg(
    {
      connectionString: options.url,
      max: options.connections ?? 10,
      application_name: 'rollcall',
      // Prisma writes times in UTC without saying so: a database or role with another time zone would shift them.
      options: '-c TimeZone=UTC',
      // A process that is frozen inside a transaction must not hold its locks until it goes on.
      idle_in_transaction_session_timeout: idleInTransactionMs,
    },
    { onPoolError: () => {}, onConnectionError: () => {}, statementNameGenerator: statementNames() },
  )
  const db = new PrismaClient({ adapter, transactionOptions: { maxWait: 20_000, timeout: 60_000 } })
  const boss = await startBoss(options.url, options.work ?? false)
  const hints = openHints(options.url)
  const later = openLater({ db, boss, hints })
  const deliveries = openDeliveries({ url: options.url, db, boss, hints })
  return {
    db,
    boss,
    hints,
    later,
    completions: openCompletions(db),
    deliveries,
    async close() {
      await deliveries.close()
      await later.flush()
      await boss.stop({ graceful: false })
      await hints.close()
      await db.$disconnect()
    },
  }
}
