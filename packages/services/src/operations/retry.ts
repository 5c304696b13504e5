import { type OperationState, operationActions, parseFailureReason } from '@rollcall/rollout'
import { countMoves, loadApplyFacts, lockApply, lockLane, transact } from '@rollcall/store'
import { z } from 'zod'
import { advanceSoon } from '../applies/advance-soon.ts'
import { factsOf } from '../applies/facts.ts'
import { refreshProjection } from '../applies/project.ts'
import { putBackInLine } from '../applies/retry.ts'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { id, reason } from '../fields.ts'
import { operationView } from '../reads/operation-view.ts'
import type { OperationView } from '../views.ts'
import { operationNotFound } from './not-found.ts'

export const retryOperationInput = z.strictObject({ id, reason: reason.optional() })

/** Puts one failed operation back in line, with a fresh budget of attempts. */
export async function retryOperation(ctx: Context, input: unknown): Promise<OperationView> {
  const { id, reason = null } = parse(retryOperationInput, input)
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const found = await tx.db.operation.findUnique({ where: { id }, include: { apply: true } })
    if (!found) throw operationNotFound(id)
    await lockLane(tx, found.apply.environmentId, found.apply.componentId)
    await lockApply(tx, found.applyId)
    const operation = await tx.db.operation.findUniqueOrThrow({ where: { id } })
    const row = await loadApplyFacts(tx.db, found.applyId)
    if (!row) throw operationNotFound(id)
    const state = operation.state as OperationState
    const answer = operationActions(
      { state, slug: operation.slug, reason: parseFailureReason(operation.failureReason) },
      factsOf(row, now),
      now,
    ).retry
    if (!answer.allowed) throw new ServiceError('refused', answer.why, { field: 'id', remedy: answer.unblock })
    await countMoves(tx, row.id, await putBackInLine(tx, row, id))
    await refreshProjection(tx, row.id, now)
    await audit(tx, ctx, {
      action: 'operation.retry',
      subjectType: 'operation',
      subjectId: id,
      reason,
      detail: { slug: operation.slug },
    })
    await noteChange(tx, now, {
      kind: 'operation.retry',
      applyId: row.id,
      environmentId: row.environmentId,
      operationId: id,
    })
    advanceSoon(tx, row.id)
    return operationView(tx.db, id, now)
  })
}
