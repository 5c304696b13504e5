import { transact } from '@rollcall/store'
import type { Context } from '../context.ts'
import { forgetOperator } from './end-session.ts'
import { pruneSignIns } from './sign-in-limit.ts'

const invitationsKeptMs = 30 * 86_400_000

/** Forgets what lets nobody in any more: sessions that are over, links, ways to the provider and back, old failures. */
export async function pruneAccess(ctx: Context): Promise<void> {
  const now = ctx.now()
  await transact(ctx.store, async (tx) => {
    await tx.db.session.deleteMany({ where: { expiresAt: { lte: now } } })
    await forgetOperator(tx)
    await tx.db.verification.deleteMany({ where: { expiresAt: { lte: now } } })
    await tx.db.invitation.deleteMany({ where: { expiresAt: { lte: new Date(now.getTime() - invitationsKeptMs) } } })
  })
  await pruneSignIns(ctx)
}
