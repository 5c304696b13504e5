import { operationStates, projectApply } from '@rollcall/rollout'
import { loadApplyFacts } from '@rollcall/store'
import { z } from 'zod'
import { factsOf } from '../applies/facts.ts'
import { applyNotFound } from '../applies/not-found.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, limit } from '../fields.ts'
import type { OperationRow, OperationView, Page } from '../views.ts'
import { holdView } from './apply-view.ts'
import { operationRow, operationView } from './operation-view.ts'
import { cursor, decodeCursor, pageOf } from './pages.ts'

const operationState = z.enum(operationStates, { error: `must be one of ${operationStates.join(', ')}` })

export const listOperationsInput = z.strictObject({
  applyId: id,
  state: z.union([operationState.transform((state) => [state]), z.array(operationState).max(20)]).optional(),
  cursor: cursor.optional(),
  limit,
})

/** The operations of an apply in rollout order, by page. */
export async function listOperations(ctx: Context, input: unknown): Promise<Page<OperationRow>> {
  const asked = parse(listOperationsInput, input)
  const after = decodeCursor(asked.cursor, /^\d{1,9}$/)
  const { db } = ctx.store
  const now = ctx.now()
  const row = await loadApplyFacts(db, asked.applyId)
  if (!row) throw applyNotFound(asked.applyId)
  const rows = await db.operation.findMany({
    where: {
      applyId: asked.applyId,
      ...(asked.state ? { state: { in: asked.state } } : {}),
      ...(after === null ? {} : { position: { gt: Number(after) } }),
    },
    orderBy: { position: 'asc' },
    take: asked.limit + 1,
  })
  const holds = projectApply(factsOf(row, now), now).heldBy.map(holdView)
  return pageOf(
    rows,
    asked.limit,
    (operation) => operation.position,
    (operation) => operationRow(operation, row.sha, holds),
  )
}

export const getOperationInput = z.strictObject({ id })

/** One operation: its attempts, what was claimed and what was observed. */
export async function getOperation(ctx: Context, input: unknown): Promise<OperationView> {
  return operationView(ctx.store.db, parse(getOperationInput, input).id, ctx.now())
}
