import type { Store } from '../store.ts'
import { inOneStatement, type Tx } from '../transact.ts'

/** Lets one transaction at a time decide who may do what, so that two together cannot leave nobody who may say so. */
export async function lockPeople(tx: Tx): Promise<void> {
  await tx.db.$executeRaw`select pg_advisory_xact_lock(hashtextextended('people', 0))`
}

/** Locks one person until the transaction ends; false when there is none of that id. */
export async function lockPerson(tx: Tx, userId: string): Promise<boolean> {
  const rows = await tx.db.$queryRaw<unknown[]>`select 1 from users where id = ${userId} for update`
  return rows.length > 0
}

/** Keeps one trust as it is until the transaction ends; others may read and use it. False when there is none of that id. */
export async function lockTrust(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.db.$queryRaw<unknown[]>`select 1 from ci_trusts where id = ${id} for share`
  return rows.length > 0
}

export interface Tries {
  key: string
  /** within the window that began at `firstAt`, with this one */
  count: number
  firstAt: Date
}

/** A number that no window reaches; beyond it nothing is counted. */
const most = 1_000_000

/**
 * Counts one more try under each key, and answers how many there are in its window now. A window begins with its first
 * try and ends on its own: `windowStart` and all before it is forgotten. One statement, so no two tries count as one.
 */
export async function countTries(
  store: Store,
  keys: readonly string[],
  now: Date,
  windowStart: Date,
): Promise<Tries[]> {
  return inOneStatement(
    store,
    (db) => db.$queryRaw<Tries[]>`
      insert into sign_in_failures as f (key, count, first_at, last_at)
      select k, 1, ${now}, ${now} from unnest(${keys}::text[]) k order by k
      on conflict (key) do update set
        count = case when f.first_at <= ${windowStart} then 1 else least(f.count + 1, ${most}) end,
        first_at = case when f.first_at <= ${windowStart} then ${now} else f.first_at end,
        last_at = ${now}
      returning f.key, f.count, f.first_at as "firstAt"`,
  )
}

/** Takes one try back that turned out well. */
export async function uncountTry(store: Store, key: string): Promise<void> {
  await inOneStatement(
    store,
    (db) => db.$executeRaw`update sign_in_failures set count = count - 1 where key = ${key} and count > 0`,
  )
}

/** Forgets tries whose window is over, and beyond `keep` keys the oldest. */
export async function pruneTries(store: Store, windowStart: Date, keep: number): Promise<void> {
  await inOneStatement(
    store,
    (db) => db.$executeRaw`
      delete from sign_in_failures where last_at <= ${windowStart} or key in
        (select key from sign_in_failures order by last_at desc offset ${keep})`,
  )
}
