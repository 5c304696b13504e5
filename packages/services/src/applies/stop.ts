import { endWaiting } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, reason } from '../fields.ts'
import type { ApplyView } from '../views.ts'
import { commandApply } from './command.ts'

export const stopApplyInput = z.strictObject({ id, reason: reason.optional() })

/** Starts nothing more: what waits is stopped at once, what is in flight comes to its own end. */
export async function stopApply(ctx: Context, input: unknown): Promise<ApplyView> {
  const { id, reason = null } = parse(stopApplyInput, input)
  return commandApply(ctx, {
    id,
    verb: 'stop',
    reason,
    async write(tx, row, now) {
      await tx.db.apply.update({
        where: { id: row.id },
        data: { stopRequestedAt: now, stopRequestedBy: ctx.actor.name },
      })
      return endWaiting(tx, row.id, 'stopped', now)
    },
  })
}
