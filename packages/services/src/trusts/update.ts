import { transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id } from '../fields.ts'
import { requirePolicy, trustFields } from './fields.ts'
import { recordOf, trustView } from './view.ts'
import type { TrustView } from './views.ts'
import { columnsOf, endTokensOf, loadTrust, requireFreeName } from './write.ts'

export const updateTrustInput = z.strictObject({ id, ...trustFields }).superRefine(requirePolicy)

/** Makes a trust say this and nothing else. What came in by what it said before is ended. */
export async function updateTrust(ctx: Context, input: unknown): Promise<TrustView> {
  const { id, ...said } = parse(updateTrustInput, input)
  return transact(ctx.store, async (tx) => {
    const old = await loadTrust(tx, id)
    const columns = await columnsOf(tx, ctx, said)
    await requireFreeName(tx, said.name, id)
    const before = await trustView(tx.db, ctx, old)
    const after = await trustView(tx.db, ctx, await tx.db.ciTrust.update({ where: { id }, data: columns }))
    if (JSON.stringify(recordOf(before)) === JSON.stringify(recordOf(after))) return after
    await endTokensOf(tx, ctx, id)
    await audit(tx, ctx, {
      action: 'trust.update',
      subjectType: 'trust',
      subjectId: id,
      environmentId: null,
      before: recordOf(before),
      after: recordOf(after),
    })
    await noteChange(tx, ctx.now(), { kind: 'trust.changed' })
    return after
  })
}
