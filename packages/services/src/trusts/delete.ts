import { transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, reason } from '../fields.ts'
import { recordOf, trustView } from './view.ts'
import { endTokensOf, loadTrust } from './write.ts'

export const deleteTrustInput = z.strictObject({ id, reason: reason.optional() })

/** Forgets a trust and what came in by it; the audit keeps what it said. */
export async function deleteTrust(ctx: Context, input: unknown): Promise<{ id: string; name: string }> {
  const { id, reason } = parse(deleteTrustInput, input)
  return transact(ctx.store, async (tx) => {
    const row = await loadTrust(tx, id)
    const before = recordOf(await trustView(tx.db, ctx, row))
    await endTokensOf(tx, ctx, id)
    await tx.db.ciTrust.delete({ where: { id } })
    await audit(tx, ctx, {
      action: 'trust.delete',
      subjectType: 'trust',
      subjectId: id,
      environmentId: null,
      reason: reason ?? null,
      before,
    })
    await noteChange(tx, ctx.now(), { kind: 'trust.changed' })
    return { id, name: row.name }
  })
}
