import { type CiTrust, Prisma, type Tx } from '@rollcall/store'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import { notFound, ServiceError } from '../errors.ts'
import { accessChanged } from '../people/access-changed.ts'
import { resolveAsked } from '../tokens/asked.ts'
import { requireNoToken } from '../tokens/maker.ts'
import type { trustFields } from './fields.ts'

type Said = z.output<z.ZodObject<typeof trustFields>>

/** All columns that a trust's input decides. Throws when it allows more than the one who writes it has. */
export async function columnsOf(tx: Tx, ctx: Context, said: Said) {
  requireNoToken(ctx, 'make trusts')
  const given = await resolveAsked(tx.db, ctx, said)
  const { name, issuer, claims, minutes } = said
  return { name, issuer, claims, minutes, audience: said.audience ?? null, keys: said.keys ?? Prisma.DbNull, ...given }
}

export async function requireFreeName(tx: Tx, name: string, own?: string): Promise<void> {
  const other = await tx.db.ciTrust.findUnique({ where: { name }, select: { id: true } })
  if (other === null || other.id === own) return
  throw new ServiceError('conflict', `There is a trust ${JSON.stringify(name)} already.`, {
    field: 'name',
    remedy: 'Choose another name, or change that one.',
  })
}

export async function loadTrust(tx: Tx, id: string): Promise<CiTrust> {
  const row = await tx.db.ciTrust.findUnique({ where: { id } })
  if (row === null) throw notFound('trust', id, 'id', 'Take the id from the list of trusts.')
  return row
}

/** Ends what came in by a trust that does not say the same any more. */
export async function endTokensOf(tx: Tx, ctx: Context, trustId: string): Promise<void> {
  const now = ctx.now()
  await tx.db.apiToken.updateMany({
    where: { trustId, revokedAt: null, expiresAt: { gt: now } },
    data: { revokedAt: now, revokedBy: ctx.actor.name },
  })
  accessChanged(tx)
}
