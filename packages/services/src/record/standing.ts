import { countUnsealed, readLastSeal, type Store } from '@rollcall/store'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { auditProtectionRemedy } from './protection.ts'
import { latecomers } from './seal.ts'
import { type AuditVerdict, verifyAudit, verifyAuditInput } from './verify.ts'
import type { AuditStanding } from './views.ts'

interface Verified {
  at: Date
  verdict: AuditVerdict
}

const last = new WeakMap<Store, Verified>()
const running = new WeakMap<Store, Promise<AuditVerdict>>()

/**
 * Reads the whole chain, as verifyAudit does. Without an anchor, whoever asks while it is being read waits for that same
 * reading: it costs a second per some hundred thousand rows, and asking often must not cost more.
 */
export async function verifyAuditOnce(ctx: Context, input: unknown = {}): Promise<AuditVerdict> {
  const { anchor } = parse(verifyAuditInput, input)
  if (anchor !== undefined) return verifyAudit(ctx, { anchor })
  const { store } = ctx
  const reading =
    running.get(store) ??
    verifyAudit(ctx)
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
  const from = (seal?.auditId ?? 0n) - latecomers
  const [unsealed, remedy] = await Promise.all([
    countUnsealed(db, seal && from > 0n ? from : 0n),
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
