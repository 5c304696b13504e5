import { newId, transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { text, whole } from '../fields.ts'
import { askedFields, resolveAsked } from './asked.ts'
import { newToken } from './format.ts'
import { ownerOf, requireNoToken } from './maker.ts'
import { forView, placesOf, seenById, tokenView } from './view.ts'
import type { NewTokenView } from './views.ts'

const longestHours = 366 * 24

export const createTokenInput = z.strictObject({
  /** for people: what it is for, or where it lies */
  name: text(100),
  ...askedFields,
  expiresInHours: whole(1, longestHours),
})

/**
 * Makes an API token of the one who asks, and answers it for the only time: nothing that is kept can bring it back. It is
 * given no more than its maker has now, and never does more than its maker may at the moment it is used.
 */
export async function createToken(ctx: Context, input: unknown): Promise<NewTokenView> {
  const asked = parse(createTokenInput, input)
  requireNoToken(ctx, 'make other tokens')
  return transact(ctx.store, async (tx) => {
    const given = await resolveAsked(tx.db, ctx, asked)
    const now = ctx.now()
    const { token, prefix, hash } = newToken()
    const row = await tx.db.apiToken.create({
      data: {
        id: newId('tok'),
        name: asked.name,
        prefix,
        hash,
        ownerId: await ownerOf(tx.db, ctx.actor),
        ...given,
        expiresAt: new Date(now.getTime() + asked.expiresInHours * 3_600_000),
        createdAt: now,
        createdBy: ctx.actor.name,
      },
      include: forView,
    })
    const slugs = await seenById(tx.db, ctx)
    await audit(tx, ctx, {
      action: 'token.create',
      subjectType: 'token',
      subjectId: row.id,
      environmentId: null,
      after: {
        name: row.name,
        prefix,
        capabilities: row.capabilities,
        environments: placesOf(row, slugs),
        expiresAt: row.expiresAt.toISOString(),
      },
    })
    await noteChange(tx, now, { kind: 'token.created' })
    return { ...tokenView(ctx, row, slugs), token }
  })
}
