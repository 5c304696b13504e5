import { lockSeals, readCompleteUpTo, readLastSeal, readUnsealed, transact } from '@rollcall/store'
import type { Context } from '../context.ts'
import { chainBegins, hashOf } from './chain.ts'

const atOnce = 1_000

/**
 * Adds what was audited since the last time to the chain, in one batch, after the deeds have committed: nobody who does
 * something waits for the chain. Any number of workers may call it; one at a time seals. A row that was put in between
 * what is sealed long since is left as it is, for verify to name. Answers how many rows it sealed.
 */
export async function sealAudit(ctx: Context): Promise<{ sealed: number }> {
  return transact(ctx.store, async (tx) => {
    if (!(await lockSeals(tx))) return { sealed: 0 }
    const last = await readLastSeal(tx.db)
    const rows = await readUnsealed(tx.db, await readCompleteUpTo(tx.db), atOnce)
    if (rows.length === 0) return { sealed: 0 }
    const sealedAt = ctx.now()
    let { seq, hash } = last ?? { seq: 0n, hash: chainBegins }
    const seals = rows.map((row) => {
      seq += 1n
      hash = hashOf(hash, row, String(sealedAt.getTime()))
      return { seq, hash, auditId: row.auditId, sealedAt }
    })
    await tx.db.auditSeal.createMany({ data: seals })
    return { sealed: rows.length }
  })
}
