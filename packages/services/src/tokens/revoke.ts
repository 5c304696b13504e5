import { transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id, reason } from '../fields.ts'
import { accessChanged } from '../people/access-changed.ts'
import { noToken, requireMine } from './get.ts'
import { forView, seenById, tokenView } from './view.ts'
import type { TokenView } from './views.ts'

export const revokeTokenInput = z.strictObject({ id, reason: reason.optional() })

/** Ends a token for good, and the streams that were opened with it. Of one that was revoked before, nothing changes. */
export async function revokeToken(ctx: Context, input: unknown): Promise<TokenView> {
  const { id, reason } = parse(revokeTokenInput, input)
  return transact(ctx.store, async (tx) => {
    const before = await tx.db.apiToken.findUnique({ where: { id } })
    if (before === null) throw noToken(id)
    requireMine(ctx, before)
    const now = ctx.now()
    const { count } = await tx.db.apiToken.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: now, revokedBy: ctx.actor.name },
    })
    if (count > 0) {
      const { name, prefix } = before
      await audit(tx, ctx, {
        action: 'token.revoke',
        subjectType: 'token',
        subjectId: id,
        environmentId: null,
        reason: reason ?? null,
        before: { name, prefix, revokedAt: null },
        after: { name, prefix, revokedAt: now.toISOString() },
      })
      await noteChange(tx, now, { kind: 'token.revoked' })
      accessChanged(tx)
    }
    const row = await tx.db.apiToken.findUniqueOrThrow({ where: { id }, include: forView })
    return tokenView(ctx, row, await seenById(tx.db, ctx))
  })
}
