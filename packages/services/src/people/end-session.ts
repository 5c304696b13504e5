import { lockPerson, type Tx, transact } from '@rollcall/store'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { notFound, parse, ServiceError } from '../errors.ts'
import { id } from '../fields.ts'
import { accessChanged } from './access-changed.ts'
import { auditPerson } from './audit-person.ts'
import { endSessionsOf } from './end-sessions-of.ts'
import { operatorId } from './operator.ts'
import { findPerson } from './person.ts'
import { ownSession } from './self.ts'
import { type SessionView, sessionsOf } from './sessions.ts'

export const endSessionInput = z.strictObject({ id })

/** Ends one session, whosever it is. */
export async function endSession(ctx: Context, input: unknown): Promise<{ ended: number }> {
  const asked = parse(endSessionInput, input)
  const found = await ctx.store.db.session.findUnique({ where: { id: asked.id }, select: { userId: true } })
  if (!found) throw notFound('session', asked.id, 'id', 'It has ended already.')
  return end(ctx, asked.id, found.userId)
}

export const endSessionsInput = z.strictObject({ personId: id })

/** Ends all sessions of a person. */
export async function endSessions(ctx: Context, input: unknown): Promise<{ ended: number }> {
  const asked = parse(endSessionsInput, input)
  return transact(ctx.store, async (tx) => {
    await lockPerson(tx, asked.personId)
    await findPerson(tx.db, asked.personId, ctx.now())
    const ended = await endSessionsOf(tx, asked.personId)
    if (ended === 0) return { ended }
    await auditPerson(tx, ctx, 'session.end', asked.personId, { detail: { sessionsEnded: ended } })
    accessChanged(tx)
    return { ended }
  })
}

export const endOwnSessionInput = z.strictObject({ id })

/** Ends one of one's own sessions, here or elsewhere. */
export async function endOwnSession(ctx: Context, input: unknown): Promise<{ ended: number }> {
  const asked = parse(endOwnSessionInput, input)
  const userId = ctx.actor.id ?? operatorId
  const mine = await ctx.store.db.session.count({ where: { id: asked.id, userId } })
  if (mine === 0) throw notFound('session', asked.id, 'id', 'It has ended already.')
  return end(ctx, asked.id, userId)
}

/** Where one is signed in oneself. */
export async function listOwnSessions(ctx: Context): Promise<SessionView[]> {
  return sessionsOf(ctx.store.db, ctx.actor.id ?? operatorId, ctx)
}

/** Ends the session that asks. */
export async function signOut(ctx: Context): Promise<{ ended: number }> {
  const own = ownSession(ctx)
  if (own === null) throw new ServiceError('refused', 'There is no session to end.', { remedy: 'Sign in first.' })
  return end(ctx, own, ctx.actor.id ?? operatorId)
}

async function end(ctx: Context, sessionId: string, userId: string): Promise<{ ended: number }> {
  return transact(ctx.store, async (tx) => {
    const { count } = await tx.db.session.deleteMany({ where: { id: sessionId, userId } })
    if (count === 0) return { ended: 0 }
    await auditPerson(tx, ctx, 'session.end', userId, { detail: { session: sessionId } })
    await forgetOperator(tx)
    accessChanged(tx)
    return { ended: count }
  })
}

/** The operator token is nobody: their row is there for their sessions, and goes with the last of them. */
export async function forgetOperator(tx: Tx): Promise<void> {
  await tx.db.user.deleteMany({ where: { id: operatorId, sessions: { none: {} } } })
}
