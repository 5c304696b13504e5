import { requeueFailed, type Tx } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, reason } from '../fields.ts'
import type { ApplyView } from '../views.ts'
import { commandApply } from './command.ts'
import { holdLane } from './lane.ts'

export const retryApplyInput = z.strictObject({ id, reason: reason.optional() })

/** Puts every failed operation back in line, with a fresh budget of attempts. What completed is left alone. */
export async function retryApply(ctx: Context, input: unknown): Promise<ApplyView> {
  const { id, reason = null } = parse(retryApplyInput, input)
  return commandApply(ctx, {
    id,
    verb: 'retry',
    reason,
    write: (tx, row) => putBackInLine(tx, row, null),
  })
}

/**
 * Failed operations (all, or the one) wait again. An apply that had settled takes its lane back, which the caller has
 * locked and found free.
 */
export async function putBackInLine(
  tx: Tx,
  row: { id: string; environmentId: string; componentId: string },
  operationId: string | null,
) {
  const environment = await tx.db.environment.findUniqueOrThrow({ where: { id: row.environmentId } })
  await holdLane(tx, row)
  return requeueFailed(tx, row.id, operationId, environment.maxAttempts)
}
