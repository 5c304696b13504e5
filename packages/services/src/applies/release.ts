import { z } from 'zod'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, reason } from '../fields.ts'
import type { ApplyView } from '../views.ts'
import { commandApply } from './command.ts'

export const releaseApplyInput = z.strictObject({ id, reason: reason.optional() })

/** Lets a paused apply go on in spite of its failures, once and for all: later failures no longer pause it. The verdict stays failed. */
export async function releaseApply(ctx: Context, input: unknown): Promise<ApplyView> {
  const { id, reason = null } = parse(releaseApplyInput, input)
  return commandApply(ctx, {
    id,
    verb: 'release',
    reason,
    async write(tx, row, now) {
      await tx.db.apply.update({ where: { id: row.id }, data: { releasedAt: now, releasedBy: ctx.actor.name } })
      return {}
    },
  })
}
