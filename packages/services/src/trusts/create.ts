import { newId, transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { requirePolicy, trustFields } from './fields.ts'
import { recordOf, trustView } from './view.ts'
import type { TrustView } from './views.ts'
import { columnsOf, requireFreeName } from './write.ts'

export const createTrustInput = z.strictObject(trustFields).superRefine(requirePolicy)

/** Lets pipelines of an issuer in whose proof says what the claims ask; they are given no more than its maker has now. */
export async function createTrust(ctx: Context, input: unknown): Promise<TrustView> {
  const said = parse(createTrustInput, input)
  return transact(ctx.store, async (tx) => {
    const columns = await columnsOf(tx, ctx, said)
    await requireFreeName(tx, said.name)
    const now = ctx.now()
    const row = await tx.db.ciTrust.create({
      data: { id: newId('trs'), ...columns, createdAt: now, createdBy: ctx.actor.name },
    })
    const view = await trustView(tx.db, ctx, row)
    await audit(tx, ctx, {
      action: 'trust.create',
      subjectType: 'trust',
      subjectId: row.id,
      environmentId: null,
      after: recordOf(view),
    })
    await noteChange(tx, now, { kind: 'trust.changed' })
    return view
  })
}
