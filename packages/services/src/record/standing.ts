import { countUnsealed, readCompleteUpTo, readLastSeal, type Store } from '@rollcall/store'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { auditProtectionRemedy } from './protection.ts'
import { type AuditVerdict, heldAgainst, readChain, verifyAuditInput } from './verify.ts'
import type { AuditStanding } from './views.ts'

interface Verified {
  at: Date
  verdict: AuditVerdict
}

const last = new WeakMap<Store, Verified>()
const running = new WeakMap<Store, Promise<AuditVerdict>>()

/**
 * Reads the whole chain, as verifyAudit does. Whoever asks while it is being read waits for that same reading, whatever
 * anchor they hold it against: it costs a second per some hundred thousand rows, and asking often must not cost more.
 */
export async function verifyAuditOnce(ctx: Context, input: unknown = {}): Promise<AuditVerdict> {
  const { anchor } = parse(verifyAuditInput, input)
  const reading = running.get(ctx.store)
  const verdict = await (reading ?? readOnce(ctx))
  // what was noted while that reading was under way is held against the next one
  const isNewer = reading !== undefined && anchor !== undefined && Number(anchor.split(':')[0]) > verdict.sealed
  return heldAgainst(ctx.store.db, isNewer ? await (running.get(ctx.store) ?? readOnce(ctx)) : verdict, anchor)
}

function readOnce(ctx: Context): Promise<AuditVerdict> {
  const { store } = ctx
  const reading = readChain(ctx)
    .then((verdict) => {
      last.set(store, { at: ctx.now(), verdict })
      return verdict
    })
    .finally(() => running.delete(store))
  running.set(store, reading)
  return reading
}

/** How much of the audit is sealed, since when, whether it is out of this process's reach, and what the last reading said. */
export async function getAuditStanding(ctx: Context): Promise<AuditStanding> {
  const { db } = ctx.store
  const seal = await readLastSeal(db)
  const [unsealed, remedy] = await Promise.all([
    readCompleteUpTo(db).then((upTo) => countUnsealed(db, upTo)),
    auditProtectionRemedy(ctx),
  ])
  const verified = last.get(ctx.store)
  return {
    sealed: Number(seal?.seq ?? 0),
    unsealed,
    lastSealedAt: seal?.sealedAt.toISOString() ?? null,
    isProtected: remedy === null,
    remedy,
    verified: verified
      ? {
          at: verified.at.toISOString(),
          ok: verified.verdict.ok,
          sealed: verified.verdict.sealed,
          text: verified.verdict.first?.text ?? null,
        }
      : null,
  }
}
