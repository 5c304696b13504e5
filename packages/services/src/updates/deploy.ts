import { applyActions } from '@rollcall/rollout'
import { type ExternalUpdate, loadApplyFacts, type Tx } from '@rollcall/store'
import { z } from 'zod'
import { commandApply } from '../applies/command.ts'
import { factsOf } from '../applies/facts.ts'
import { putBackInLine } from '../applies/retry.ts'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { id, reason } from '../fields.ts'
import { mayDo } from './decide.ts'
import type { StoredOpenRefusal } from './facts.ts'
import { type LinkDeed, openAnother, openUpdateApply } from './open-apply.ts'
import { updateView } from './view.ts'
import type { UpdateView } from './views.ts'

export const deployUpdateInput = z.strictObject({ id, reason: reason.optional() })

/**
 * Deploys what is recorded: opens the apply that could not be opened, puts what failed of it back in line, or opens
 * another one where it was ended for good. Throws what refuses it.
 */
export async function deployUpdate(ctx: Context, input: unknown): Promise<UpdateView> {
  const { id, reason = null } = parse(deployUpdateInput, input)
  const { row } = await mayDo(ctx, id, 'deploy')
  const deed = (tx: Tx) =>
    audit(tx, ctx, {
      action: 'update.deploy',
      subjectType: 'update',
      subjectId: id,
      environmentId: row.environmentId,
      reason,
    })
  if (row.applyId !== null) await deployAgain(ctx, row, row.applyId, reason, deed)
  else if ((await openUpdateApply(ctx, id, deed)) === null) throw await whyNot(ctx, id)
  return updateView(ctx.store.db, id, ctx.now())
}

async function deployAgain(
  ctx: Context,
  update: ExternalUpdate,
  applyId: string,
  reason: string | null,
  deed: LinkDeed,
): Promise<void> {
  const facts = await loadApplyFacts(ctx.store.db, applyId)
  if (facts && applyActions(factsOf(facts, ctx.now()), ctx.now()).retry.allowed) {
    await commandApply(ctx, {
      ...{ id: applyId, verb: 'retry', reason },
      async write(tx, row) {
        await deed(tx)
        return putBackInLine(tx, row, null)
      },
    })
    return
  }
  const opened = await openAnother(ctx, update, `external-update:${update.id}:after:${applyId}`, deed)
  if (opened === null) throw await whyNot(ctx, update.id)
}

/** What refused the apply, for the one who asked for it. */
export async function whyNot(ctx: Context, id: string): Promise<ServiceError> {
  const { openRefusal, supersededAt } = await ctx.store.db.externalUpdate.findUniqueOrThrow({ where: { id } })
  const refusal = openRefusal as unknown as StoredOpenRefusal | null
  if (refusal === null || supersededAt !== null) {
    return new ServiceError('conflict', 'A later update took its place meanwhile.', {
      field: 'id',
      remedy: 'Look at the later one.',
    })
  }
  const { temporary: _, ...details } = refusal
  const { message, remedy, field } = refusal
  return new ServiceError('refused', message, { ...(field ? { field } : {}), remedy, details: [details] })
}
