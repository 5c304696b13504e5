import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, text } from '../fields.ts'
import type { ApplyView } from '../views.ts'
import { commandApply } from './command.ts'

export const approveApplyInput = z.strictObject({ id, planHash: text(100).optional() })

/** Lets an apply that waits for approval begin. The approval is for its plan: another `planHash` is refused. */
export async function approveApply(ctx: Context, input: unknown): Promise<ApplyView> {
  const { id, planHash } = parse(approveApplyInput, input)
  return commandApply(ctx, {
    id,
    verb: 'approve',
    reason: null,
    planHash,
    async write(tx, row, now) {
      await tx.db.apply.update({ where: { id: row.id }, data: { approvedAt: now, approvedBy: ctx.actor.name } })
      return {}
    },
  })
}
