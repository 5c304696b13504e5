import { countUnsealed, readSeals } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { chainBegins, hashOf } from './chain.ts'

export const verifyAuditInput = z.strictObject({
  /** what was noted of the chain earlier: proves that its end was not cut off and that it was not written anew */
  anchor: z
    .string({ error: 'must be text' })
    .regex(/^\d{1,18}:[0-9a-f]{64}$/, 'must be as verify prints it: a number, a colon, 64 hexadecimal digits')
    .optional(),
})

/** changed · deleted: the row itself · out_of_order: seals are missing · anchor: the chain is not the one that was noted */
export type AuditFault = 'changed' | 'deleted' | 'out_of_order' | 'anchor'

export interface AuditVerdict {
  ok: boolean
  /** rows that the chain covers */
  sealed: number
  /** the newest ones, which are not sealed yet: nothing is known of them */
  unsealed: number
  /** note it somewhere else, and give it to a later verification */
  anchor: string | null
  /** the first row that is not what it was */
  first: { fault: AuditFault; auditId: string | null; seq: string; text: string } | null
}

const page = 2_000

/** Reads the whole audit and its chain, and names the first row that is not as it was when it was sealed. Writes nothing. */
export async function verifyAudit(ctx: Context, input: unknown = {}): Promise<AuditVerdict> {
  const { anchor } = parse(verifyAuditInput, input)
  const { db } = ctx.store
  const [anchoredSeq, anchoredHash] = anchor?.split(':') ?? []
  let seq = 0n
  let hash = chainBegins
  let anchored = anchor === undefined
  const verdict = async (first: AuditVerdict['first']): Promise<AuditVerdict> => ({
    ok: first === null,
    sealed: Number(seq),
    unsealed: await countUnsealed(db),
    anchor: seq === 0n ? null : `${seq}:${hash}`,
    first,
  })
  for (;;) {
    const seals = await readSeals(db, seq, page)
    for (const seal of seals) {
      const named = { auditId: String(seal.auditId), seq: String(seal.seq) }
      const row = `Row ${seal.auditId} of the audit`
      if (seal.seq !== seq + 1n) {
        const text = `${seal.seq - seq - 1n} seals before that of row ${seal.auditId} are missing.`
        return verdict({ fault: 'out_of_order', ...named, text })
      }
      if (seal.columns === null) {
        return verdict({ fault: 'deleted', ...named, text: `${row} was deleted after it was sealed.` })
      }
      if (hashOf(hash, seal) !== seal.hash) {
        return verdict({ fault: 'changed', ...named, text: `${row} is not what it was when it was sealed.` })
      }
      seq = seal.seq
      hash = seal.hash
      if (String(seq) === anchoredSeq) {
        if (hash !== anchoredHash)
          return verdict({ fault: 'anchor', ...named, text: `Up to row ${seal.auditId} the chain was written anew.` })
        anchored = true
      }
    }
    if (seals.length < page) break
  }
  if (anchored) return verdict(null)
  const text = `The chain ends at ${seq}, and it had ${anchoredSeq} seals when the anchor was noted.`
  return verdict({ fault: 'anchor', auditId: null, seq: String(seq), text })
}
