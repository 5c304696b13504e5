import { allRights, isRole, type Rights, rightsOf, roleGrant } from '@rollcall/rollout'
import { markSeen, type Prisma } from '@rollcall/store'
import type { Context } from '../context.ts'
import { operatorToken } from './open-session.ts'
import { operatorId } from './operator.ts'
import { sessionIdleMs, sessionLongestMs } from './sessions.ts'

/** Who a session lets in, and what that allows now. */
export interface SessionFound {
  id: string
  userId: string
  name: string
  rights: Rights
  expiresAt: Date
}

const withRights = {
  user: {
    select: { name: true, disabledAt: true, seenAt: true, grants: { select: { role: true, environmentId: true } } },
  },
} satisfies Prisma.SessionInclude

type Row = Prisma.SessionGetPayload<{ include: typeof withRights }>

/** Writing down that a session is used, or that its person is there, costs one update a minute. */
const usedEveryMs = 60_000

type Asking = Pick<Context, 'store' | 'now'>

/**
 * The session of this token, with what it allows at this moment; null when there is none any more: it ended, it was not
 * used for 8 hours, it is 24 hours old, or its person is disabled. Asked at every request, so it ends wherever it is
 * used as soon as it is ended. `mark` tells the operator token of now; null: there is none.
 * `isThere`: this is a sign of the person, and not only of a page that was left open.
 */
export async function findSession(
  ctx: Asking,
  token: string,
  mark: string | null,
  isThere = true,
): Promise<SessionFound | null> {
  const row = await ctx.store.db.session.findUnique({ where: { token }, include: withRights })
  const found = row && judge(row, ctx.now(), mark)
  if (!found) return null
  const now = ctx.now()
  const isDue = (at: Date | null) => at === null || now.getTime() - at.getTime() >= usedEveryMs
  if (isThere && row.userId !== operatorId && isDue(row.user.seenAt)) await markSeen(ctx.store.db, row.userId, now)
  if (!isDue(row.updatedAt)) return found
  const expiresAt = new Date(Math.min(now.getTime() + sessionIdleMs, row.createdAt.getTime() + sessionLongestMs))
  await ctx.store.db.session.updateMany({ where: { id: row.id }, data: { expiresAt, updatedAt: now } })
  return { ...found, expiresAt }
}

/** What sessions allow now, by their ids; one that is not there lets nobody in any more. One query for any number. */
export async function sessionRights(
  ctx: Asking,
  ids: readonly string[],
  mark: string | null,
): Promise<Map<string, Rights>> {
  const rows = await ctx.store.db.session.findMany({ where: { id: { in: [...ids] } }, include: withRights })
  const now = ctx.now()
  return new Map(
    rows.flatMap((row) => {
      const found = judge(row, now, mark)
      return found ? [[row.id, found.rights] as const] : []
    }),
  )
}

function judge(row: Row, now: Date, mark: string | null): SessionFound | null {
  const { id, userId, user, expiresAt, createdAt } = row
  if (expiresAt <= now || createdAt.getTime() + sessionLongestMs <= now.getTime() || user.disabledAt !== null)
    return null
  const found = { id, userId, name: user.name, expiresAt }
  if (userId === operatorId) {
    return mark !== null && row.token.startsWith(operatorToken(mark, '')) ? { ...found, rights: allRights } : null
  }
  const grants = user.grants.flatMap(({ role, environmentId }) =>
    isRole(role) ? [roleGrant(role, environmentId)] : [],
  )
  return { ...found, rights: rightsOf(grants) }
}
