import { applyActions } from '@rollcall/rollout'
import { loadApplyFacts, Prisma, transact } from '@rollcall/store'
import { z } from 'zod'
import { factsOf } from '../applies/facts.ts'
import { retryApply } from '../applies/retry.ts'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { id, reason } from '../fields.ts'
import { mayDo } from './decide.ts'
import type { StoredOpenRefusal } from './facts.ts'
import { openAnother, openUpdateApply } from './open-apply.ts'
import { updateView } from './view.ts'
import type { UpdateView } from './views.ts'

export const deployUpdateInput = z.strictObject({ id, reason: reason.optional() })

/**
 * Deploys what is recorded: opens the apply that could not be opened, puts what failed of it back in line, or opens
 * another one where it was ended for good. Throws what refuses it.
 */
export async function deployUpdate(ctx: Context, input: unknown): Promise<UpdateView> {
  const { id, reason } = parse(deployUpdateInput, input)
  const { row } = await mayDo(ctx, id, 'deploy')
  await transact(ctx.store, (tx) =>
    audit(tx, ctx, { action: 'update.deploy', subjectType: 'update', subjectId: id, reason: reason ?? null }),
  )
  if (row.applyId !== null) await deployAgain(ctx, row.applyId, id, reason)
  else {
    await ctx.store.db.externalUpdate.updateMany({
      where: { id, applyId: null },
      data: { openRefusal: Prisma.DbNull },
    })
    if ((await openUpdateApply(ctx, id)) === null) throw await whyNot(ctx, id)
  }
  return updateView(ctx.store.db, id, ctx.now())
}

async function deployAgain(ctx: Context, applyId: string, id: string, reason: string | undefined): Promise<void> {
  const facts = await loadApplyFacts(ctx.store.db, applyId)
  if (facts && applyActions(factsOf(facts, ctx.now()), ctx.now()).retry.allowed) {
    await retryApply(ctx, { id: applyId, ...(reason === undefined ? {} : { reason }) })
    return
  }
  const update = await ctx.store.db.externalUpdate.findUniqueOrThrow({ where: { id } })
  const opened = await openAnother(ctx, update, `external-update:${id}:after:${applyId}`)
  if (opened === null) throw await whyNot(ctx, id)
}

/** What refused the apply, for the one who asked for it. */
export async function whyNot(ctx: Context, id: string): Promise<ServiceError> {
  const { openRefusal } = await ctx.store.db.externalUpdate.findUniqueOrThrow({ where: { id } })
  const refusal = openRefusal as unknown as StoredOpenRefusal | null
  if (refusal === null) {
    return new ServiceError('conflict', 'A later update took its place meanwhile.', {
      field: 'id',
      remedy: 'Look at the later one.',
    })
  }
  const { temporary: _, ...details } = refusal
  const { message, remedy, field } = refusal
  return new ServiceError('refused', message, { ...(field ? { field } : {}), remedy, details: [details] })
}
