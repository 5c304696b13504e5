import { endWaiting } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, reason } from '../fields.ts'
import type { ApplyView } from '../views.ts'
import { commandApply } from './command.ts'

export const rejectApplyInput = z.strictObject({ id, reason })

/** Turns down an apply that waits for approval. It never starts; the reason stays with it. */
export async function rejectApply(ctx: Context, input: unknown): Promise<ApplyView> {
  const { id, reason } = parse(rejectApplyInput, input)
  return commandApply(ctx, {
    id,
    verb: 'reject',
    reason,
    async write(tx, row, now) {
      await tx.db.apply.update({
        where: { id: row.id },
        data: { rejectedAt: now, rejectedBy: ctx.actor.name, rejectedReason: reason },
      })
      return endWaiting(tx, row.id, 'cancelled', now)
    },
  })
}
