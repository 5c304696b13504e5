import { endWaiting } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, reason } from '../fields.ts'
import type { ApplyView } from '../views.ts'
import { commandApply } from './command.ts'

export const cancelApplyInput = z.strictObject({ id, reason })

/** Gives an apply up for good: what waits is cancelled at once, what is in flight comes to its own end. */
export async function cancelApply(ctx: Context, input: unknown): Promise<ApplyView> {
  const { id, reason } = parse(cancelApplyInput, input)
  return commandApply(ctx, {
    id,
    verb: 'cancel',
    reason,
    async write(tx, row, now) {
      await tx.db.apply.update({
        where: { id: row.id },
        data: { cancelRequestedAt: now, cancelRequestedBy: ctx.actor.name, cancelReason: reason },
      })
      return endWaiting(tx, row.id, 'cancelled', now)
    },
  })
}
