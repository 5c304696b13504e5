import { transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, reason } from '../fields.ts'
import { requireMayEnable } from './enable-right.ts'
import { trustView } from './view.ts'
import type { TrustView } from './views.ts'
import { endTokensOf, loadTrust } from './write.ts'

export const disableTrustInput = z.strictObject({ id, reason: reason.optional() })
export const enableTrustInput = z.strictObject({ id })

/** Lets nobody in by this trust any more, and ends what came in by it. Nothing changes when it is so already. */
export async function disableTrust(ctx: Context, input: unknown): Promise<TrustView> {
  const { id, reason } = parse(disableTrustInput, input)
  return switchTrust(ctx, id, false, reason ?? null)
}

/** Lets pipelines in again. Whoever does it needs to have what it gives, as if they made it now. */
export async function enableTrust(ctx: Context, input: unknown): Promise<TrustView> {
  const { id } = parse(enableTrustInput, input)
  return switchTrust(ctx, id, true, null)
}

async function switchTrust(ctx: Context, id: string, on: boolean, reason: string | null): Promise<TrustView> {
  return transact(ctx.store, async (tx) => {
    const old = await loadTrust(tx, id)
    if (on) await requireMayEnable(tx, ctx, old)
    const now = ctx.now()
    const { count } = await tx.db.ciTrust.updateMany({
      where: { id, disabledAt: on ? { not: null } : null },
      data: { disabledAt: on ? null : now },
    })
    if (count > 0) {
      if (!on) await endTokensOf(tx, ctx, id)
      const { name } = old
      await audit(tx, ctx, {
        action: on ? 'trust.enable' : 'trust.disable',
        subjectType: 'trust',
        subjectId: id,
        environmentId: null,
        reason,
        before: { name, state: on ? 'disabled' : 'live' },
        after: { name, state: on ? 'live' : 'disabled' },
      })
      await noteChange(tx, now, { kind: 'trust.changed' })
    }
    return trustView(tx.db, ctx, await loadTrust(tx, id))
  })
}
