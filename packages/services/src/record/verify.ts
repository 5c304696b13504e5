import { countUnsealed, findInserted, readCompleteUpTo, readSeals, type SealText } from '@rollcall/store'
import { z } from 'zod'
import type { Context, Reader } from '../context.ts'
import { parse } from '../errors.ts'
import { chainBegins, hashOf, timelessHashOf } from './chain.ts'

export const verifyAuditInput = z.strictObject({
  /** what was noted of the chain earlier: proves that its end was not cut off and that it was not written anew */
  anchor: z
    .string({ error: 'must be text' })
    .regex(/^[1-9]\d{0,17}:[0-9a-f]{64}$/, 'must be as verify prints it: a number, a colon, 64 hexadecimal digits')
    .optional(),
})

/**
 * changed · deleted: the row itself, or its seal where the text says so · out_of_order: seals are missing, or stand
 * beside the chain · inserted: a row came in between what was sealed before · anchor: the chain is not the one that was
 * noted
 */
export type AuditFault = 'changed' | 'deleted' | 'out_of_order' | 'inserted' | 'anchor'

export interface AuditVerdict {
  ok: boolean
  /** rows that the chain covers; where it does not hold, up to the first fault of it */
  sealed: number
  /** the newest ones, which are not sealed yet: nothing is known of them */
  unsealed: number
  /** note it somewhere else, and give it to a later verification */
  anchor: string | null
  /** the first that is not what it was; `auditId` null: it cannot be told which row; `seq` null: no seal is concerned */
  first: { fault: AuditFault; auditId: string | null; seq: string | null; text: string } | null
}

const page = 2_000

/** Reads the whole audit and its chain, and names the first row that is not as it was when it was sealed. Writes nothing. */
export async function verifyAudit(ctx: Context, input: unknown = {}): Promise<AuditVerdict> {
  const { anchor } = parse(verifyAuditInput, input)
  return heldAgainst(ctx.store.db, await readChain(ctx), anchor)
}

/** What a reading of the whole chain has found, without any anchor. */
export async function readChain({ store: { db } }: Pick<Context, 'store'>): Promise<AuditVerdict> {
  let end: ChainEnd = { seq: 0n, hash: chainBegins, auditId: 0n }
  let first: AuditVerdict['first'] = null
  for (let after: bigint | null = null; first === null; ) {
    const seals: SealText[] = await readSeals(db, after, page)
    for (const seal of seals) {
      first = await faultOf(db, end, seal)
      if (first !== null) break
      end = seal
    }
    if (seals.length < page) break
    after = end.seq
  }
  const completeUpTo = await readCompleteUpTo(db)
  first ??= await insertedRow(db, completeUpTo)
  return {
    ok: first === null,
    sealed: Number(end.seq),
    unsealed: await countUnsealed(db, completeUpTo),
    anchor: end.seq === 0n ? null : `${end.seq}:${end.hash}`,
    first,
  }
}

type ChainEnd = Pick<SealText, 'seq' | 'hash' | 'auditId'>

async function faultOf(db: Reader, end: ChainEnd, seal: SealText): Promise<AuditVerdict['first']> {
  const named = { auditId: String(seal.auditId), seq: String(seal.seq) }
  const row = `Row ${seal.auditId} of the audit`
  if (seal.seq <= 0n) {
    const text = `The seal of row ${seal.auditId} has the number ${seal.seq}, which is none of the chain: it proves nothing.`
    return { fault: 'out_of_order', ...named, text }
  }
  if (seal.seq !== end.seq + 1n) return { fault: 'out_of_order', seq: named.seq, ...missingBetween(end, seal) }
  if (seal.columns === null) {
    return { fault: 'deleted', ...named, text: `${row} was deleted after it was sealed.` }
  }
  if (isSealOf(end.hash, seal)) return null
  return { fault: 'changed', ...named, text: await whatChanged(db, end.hash, seal) }
}

/** Seals of two kinds are in one chain: those of earlier versions left the time out. */
const isSealOf = (previous: string, seal: SealText) =>
  hashOf(previous, seal, seal.sealedAt) === seal.hash || timelessHashOf(previous, seal) === seal.hash

/** Where the next seal was made with the hash that the row still has, it is the stored hash that was changed. */
async function whatChanged(db: Reader, previous: string, seal: SealText): Promise<string> {
  const row = `Row ${seal.auditId} of the audit is not what it was when it was sealed`
  const [next] = await readSeals(db, seal.seq, 1)
  if (next?.seq !== seal.seq + 1n) return `${row}, or its seal is not.`
  const still = [hashOf(previous, seal, seal.sealedAt), timelessHashOf(previous, seal)]
  const isIntact = still.some((hash) => isSealOf(hash, next))
  return isIntact ? `The seal of row ${seal.auditId} is not what it was; the row itself is.` : `${row}.`
}

/** The rows whose seals are gone, as far as the numbers of those around them tell. */
function missingBetween(end: ChainEnd, seal: SealText): { auditId: string | null; text: string } {
  const missing = seal.seq - end.seq - 1n
  const seals = missing === 1n ? 'The seal of 1 row is' : `The seals of ${missing} rows are`
  const [from, to] = [end.auditId + 1n, seal.auditId - 1n]
  const between = to - from + 1n
  if (between < missing) return { auditId: null, text: `${seals} missing before that of row ${seal.auditId}.` }
  const text = `${seals} missing: ${from === to ? `row ${from}` : `of the rows ${from} to ${to}`}.`
  return { auditId: between === missing ? String(from) : null, text }
}

async function insertedRow(db: Reader, completeUpTo: bigint): Promise<AuditVerdict['first']> {
  const found = await findInserted(db, completeUpTo)
  if (found === null) return null
  const text = found.given
    ? `Row ${found.id} of the audit came in after the rows around it had been sealed.`
    : `Row ${found.id} of the audit has a number that was never given out.`
  return { fault: 'inserted', auditId: String(found.id), seq: null, text }
}

/** The verdict, with what an anchor says about the chain that it was taken of. */
export async function heldAgainst(
  db: Reader,
  verdict: AuditVerdict,
  anchor: string | undefined,
): Promise<AuditVerdict> {
  if (anchor === undefined || !verdict.ok) return verdict
  const [seq = '', hash] = anchor.split(':')
  const [seal] = await readSeals(db, BigInt(seq) - 1n, 1)
  const isThere = seal?.seq === BigInt(seq)
  if (isThere && seal.hash === hash) return verdict
  const text = isThere
    ? `Up to row ${seal.auditId} the chain was written anew.`
    : `The chain ends at ${verdict.sealed}, and it had ${seq} seals when the anchor was noted.`
  const auditId = isThere ? String(seal.auditId) : null
  return {
    ...verdict,
    ok: false,
    first: { fault: 'anchor', auditId, seq: isThere ? seq : String(verdict.sealed), text },
  }
}
