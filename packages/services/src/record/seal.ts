import { lockSeals, readLastSeal, readUnsealed, transact } from '@rollcall/store'
import type { Context } from '../context.ts'
import { chainBegins, hashOf } from './chain.ts'

const atOnce = 1_000
/** Rows commit out of the order of their ids, but never by as many as this. */
export const latecomers = 10_000n

/**
 * Adds what was audited since the last time to the chain, in one batch, after the deeds have committed: nobody who does
 * something waits for the chain. Any number of workers may call it; one at a time seals. Answers how many rows it sealed
 * and from where on the next call has to look, which is only a help: from the beginning nothing is missed either.
 */
export async function sealAudit(ctx: Context, from = 0n): Promise<{ sealed: number; from: bigint }> {
  return transact(ctx.store, async (tx) => {
    if (!(await lockSeals(tx))) return { sealed: 0, from }
    const last = await readLastSeal(tx.db)
    const rows = await readUnsealed(tx.db, from, atOnce)
    if (rows.length === 0) return { sealed: 0, from }
    const sealedAt = ctx.now()
    let { seq, hash } = last ?? { seq: 0n, hash: chainBegins }
    const seals = rows.map((row) => {
      seq += 1n
      hash = hashOf(hash, row)
      return { seq, hash, auditId: row.auditId, sealedAt }
    })
    await tx.db.auditSeal.createMany({ data: seals })
    const highest = rows.at(-1)?.auditId ?? 0n
    const settled = highest - latecomers
    return { sealed: rows.length, from: settled > from ? settled : from }
  })
}
