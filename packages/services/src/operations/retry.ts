import { type OperationState, operationActions, parseFailureReason } from '@rollcall/rollout'
import { z } from 'zod'
import { decideApply } from '../applies/command.ts'
import { putBackInLine } from '../applies/retry.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, reason } from '../fields.ts'
import { operationView } from '../reads/operation-view.ts'
import type { OperationView } from '../views.ts'
import { operationNotFound } from './not-found.ts'

export const retryOperationInput = z.strictObject({ id, reason: reason.optional() })

/** Puts one failed operation back in line, with a fresh budget of attempts. */
export async function retryOperation(ctx: Context, input: unknown): Promise<OperationView> {
  const { id, reason = null } = parse(retryOperationInput, input)
  const found = await ctx.store.db.operation.findUnique({ where: { id }, select: { applyId: true, slug: true } })
  if (!found) throw operationNotFound(id)
  return decideApply(ctx, {
    applyId: found.applyId,
    operationId: id,
    async may(tx, _row, facts, now) {
      const { state, slug, failureReason } = await tx.db.operation.findUniqueOrThrow({ where: { id } })
      const operation = { state: state as OperationState, slug, reason: parseFailureReason(failureReason) }
      return operationActions(operation, facts, now).retry
    },
    write: (tx, row) => putBackInLine(tx, row, id),
    audited: () => ({
      action: 'operation.retry',
      subjectType: 'operation',
      subjectId: id,
      reason,
      detail: { slug: found.slug },
    }),
    view: (tx, now) => operationView(tx.db, id, now),
  })
}
