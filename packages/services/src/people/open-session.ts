import { randomBytes } from 'node:crypto'
import { lockPerson, markSeen, newId, type Prisma, type Tx, transact } from '@rollcall/store'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { auditPerson } from './audit-person.ts'
import { operatorId } from './operator.ts'
import { passwordProvider } from './person.ts'
import { credentialOf, sessionIdleMs } from './sessions.ts'

/** One person's open sessions; the oldest makes room. */
const mostSessions = 50

export interface NewSession {
  id: string
  token: string
  userId: string
  client: string | null
  browser: string | null
  /** the hash of the password that proved it; null: something else did */
  passwordHash?: string | null
}

export type OpenedSession = Prisma.SessionGetPayload<object>

/**
 * Lets somebody in who has proven who they are: with a password, through the provider, or with the operator token. Throws
 * `refused` for who is disabled or may do nothing at all, `conflict` when the password that proved it was changed since.
 */
export async function openSession(ctx: Context, asked: NewSession): Promise<OpenedSession> {
  return transact(ctx.store, async (tx) => {
    await lockPerson(tx, asked.userId)
    const user = await tx.db.user.findUnique({
      where: { id: asked.userId },
      include: { _count: { select: { grants: true } } },
    })
    if (!user || user.disabledAt !== null) throw refusal('disabled')
    if (asked.passwordHash != null) await requireSame(tx, asked.userId, asked.passwordHash)
    if (user._count.grants === 0) throw refusal('no_role')
    return writeSession(tx, ctx, user.name, asked)
  })
}

/** A sign-in takes its time: whoever changed the password meanwhile did so to keep out who has the old one. */
async function requireSame(tx: Tx, userId: string, password: string): Promise<void> {
  const same = await tx.db.account.count({ where: { userId, providerId: passwordProvider, password } })
  if (same > 0) return
  throw new ServiceError('conflict', 'This password has just been changed.', { remedy: 'Sign in with the new one.' })
}

/** Why somebody is not let in who has proven who they are, by the name that pages give it. */
export const signInRefusals = {
  disabled: {
    message: 'An administrator has disabled you here.',
    remedy: 'Ask an administrator to enable you again.',
  },
  no_role: {
    message: 'You have no role here, so there is nothing that you may see.',
    remedy: 'Ask an administrator to give you one, or whoever keeps your groups at the provider to put you into one.',
  },
  local_person: {
    message: 'Somebody here has your e-mail address already, and nothing proves that it is you.',
    remedy:
      'If it is, sign in with your password. To come in through the provider from now on, have an administrator delete that person first.',
  },
  other_account: {
    message: 'Somebody here has your e-mail address already and comes in through the provider as another account.',
    remedy:
      'Come in as that account. If the provider has made yours anew, or has changed, have an administrator delete that person first: then you are made with your next sign-in.',
  },
  no_email: {
    message: 'The provider has not told an e-mail address of yours.',
    remedy: 'Ask whoever runs the provider to give Rollcall the scope email, and to correct the address.',
  },
} as const satisfies Record<string, { message: string; remedy: string }>

export type SignInRefusal = keyof typeof signInRefusals

export function refusal(why: SignInRefusal): ServiceError {
  const { message, remedy } = signInRefusals[why]
  return new ServiceError('refused', message, { remedy, details: [{ code: why, field: 'body', message, remedy }] })
}

/** A session of whoever has the operator token. `mark` tells which token that was: another token ends it. */
export async function openOperatorSession(
  ctx: Context,
  { mark, client, browser }: { mark: string; client: string | null; browser: string | null },
): Promise<OpenedSession> {
  return transact(ctx.store, async (tx) => {
    const row = { name: 'operator', email: 'operator@rollcall.invalid' }
    await tx.db.user.upsert({ where: { id: operatorId }, create: { id: operatorId, ...row }, update: row })
    // those of another token are over, whoever holds them
    const { count } = await tx.db.session.deleteMany({
      where: {
        ...{ userId: operatorId, token: { not: { startsWith: operatorToken(mark, '') } } },
        expiresAt: { gt: ctx.now() },
      },
    })
    const token = operatorToken(mark, randomBytes(24).toString('base64url'))
    const id = newId('ses', ctx.now().getTime())
    return writeSession(tx, ctx, row.name, { id, token, userId: operatorId, client, browser }, count)
  })
}

/** How the token of an operator's session begins tells by which operator token it was opened. */
export const operatorToken = (mark: string, rest: string) => `operator_${mark}_${rest}`

/** `alreadyEnded`: so many were ended for it before; with those that make room, they stand in its row of the audit. */
async function writeSession(
  tx: Tx,
  ctx: Context,
  name: string,
  asked: NewSession,
  alreadyEnded = 0,
): Promise<OpenedSession> {
  const { id, token, userId, client, browser } = asked
  const at = ctx.now()
  const more = await tx.db.session.findMany({
    where: { userId, expiresAt: { gt: at } },
    orderBy: { createdAt: 'desc' },
    skip: mostSessions - 1,
    select: { id: true },
  })
  await tx.db.session.deleteMany({
    where: { userId, OR: [{ id: { in: more.map((one) => one.id) } }, { expiresAt: { lte: at } }] },
  })
  const ended = alreadyEnded + more.length
  const session = await tx.db.session.create({
    data: {
      id,
      token,
      userId,
      expiresAt: new Date(at.getTime() + sessionIdleMs),
      ipAddress: client?.slice(0, 64) ?? null,
      userAgent: browser?.slice(0, 300) ?? null,
      createdAt: at,
      updatedAt: at,
    },
  })
  if (userId !== operatorId) await markSeen(tx.db, userId, at)
  const self: Context = { ...ctx, actor: { ...ctx.actor, id: userId, name, credential: credentialOf(id) } }
  await auditPerson(tx, self, 'session.open', userId, {
    detail: {
      ...{ session: id, client, by: ctx.actor.credential ?? null },
      ...(ended > 0 ? { sessionsEnded: ended } : {}),
    },
  })
  return session
}
