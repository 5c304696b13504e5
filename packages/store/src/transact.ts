import { setTimeout as delay } from 'node:timers/promises'
import { fromPrisma } from 'pg-boss'
import type { Prisma } from './generated/client.ts'
import { type Sending, sendJobs } from './jobs.ts'
import type { Store } from './store.ts'

/** A transaction under way: facts to write, jobs to send with them, hints to give once they are committed. */
export interface Tx {
  readonly db: Prisma.TransactionClient
  send(...sendings: Sending[]): void
  hint(topic: string): void
}

const tries = 8

/**
 * Runs `work` in one transaction (read committed). Its jobs are inserted at the end of the same transaction, its hints
 * go out after the commit. Deadlocks and serialization failures are tried again, up to 8 times: `work` must not have
 * effects outside of the transaction.
 */
export async function transact<T>(store: Store, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withoutCollision(async () => {
    const sendings: Sending[] = []
    const topics = new Set<string>()
    const result = await store.db.$transaction(async (db) => {
      const value = await work({
        db,
        send: (...more) => void sendings.push(...more),
        hint: (topic) => void topics.add(topic),
      })
      if (sendings.length > 0) await sendJobs(store.boss, fromPrisma(db), sendings)
      return value
    })
    for (const { name, startAfter } of sendings) if (!startAfter) topics.add(`jobs:${name}`)
    for (const topic of topics) store.hints.publish(topic)
    return result
  })
}

/** Runs one statement, which is a transaction of its own, and tries it again like those of `transact`. */
export function inOneStatement<T>(store: Store, statement: (db: Store['db']) => Promise<T>): Promise<T> {
  return withoutCollision(() => statement(store.db))
}

/** Tries again what PostgreSQL gave up because of somebody else: deadlocks and serialization failures. */
export async function withoutCollision<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= tries || !isCollision(error)) throw error
      await delay(2 ** attempt + Math.random() * 20)
    }
  }
}

/** 40P01 deadlock, 40001 serialization failure, as PostgreSQL, the adapter or Prisma word it. */
function isCollision(error: unknown): boolean {
  const text = `${(error as { code?: string }).code ?? ''} ${(error as Error).message ?? ''} ${JSON.stringify((error as { meta?: unknown }).meta ?? '')}`
  return /40P01|40001|P2034|deadlock detected|could not serialize/.test(text)
}
