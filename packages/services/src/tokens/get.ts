import { allows, denialOf } from '@rollcall/rollout'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { notFound, parse, ServiceError } from '../errors.ts'
import { id } from '../fields.ts'
import { rightsOfActor } from './maker.ts'
import { forView, isYours, seenById, tokenView } from './view.ts'
import type { TokenView } from './views.ts'

export const getTokenInput = z.strictObject({ id })

/** One token, without what opens anything: one's own, or with token.manage anybody's. */
export async function getToken(ctx: Context, input: unknown): Promise<TokenView> {
  const { id } = parse(getTokenInput, input)
  const { db } = ctx.store
  const row = await db.apiToken.findUnique({ where: { id }, include: forView })
  if (row === null) throw noToken(id)
  requireMine(ctx, row)
  return tokenView(ctx, row, await seenById(db, ctx))
}

/** Whether somebody may see and revoke the tokens of others. */
export const managesTokens = (ctx: Context): boolean => allows(rightsOfActor(ctx), 'token.manage', 'everywhere')

export function requireMine(ctx: Context, row: { id: string; ownerId: string | null }): void {
  if (isYours(ctx, row) || managesTokens(ctx)) return
  throw new ServiceError('forbidden', denialOf('token.manage', 'everywhere'), {
    field: 'id',
    remedy: 'Ask whose token it is, or an administrator.',
  })
}

export const noToken = (id: string) => notFound('token', id, 'id', 'Take the id from the list of tokens.')
