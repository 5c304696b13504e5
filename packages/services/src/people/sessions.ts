import type { Context, Reader } from '../context.ts'
import type { Iso } from '../views.ts'

/** How long a session lives without being used, and at the longest. */
export const sessionIdleMs = 8 * 3_600_000
export const sessionLongestMs = 24 * 3_600_000

export interface SessionView {
  id: string
  /** the one that asks */
  current: boolean
  openedAt: Iso
  /** when it was used last, to the minute */
  usedAt: Iso
  expiresAt: Iso
  /** where it was opened from, as far as that is known */
  client: string | null
  browser: string | null
}

/** How a session is named where it proved something. */
export const credentialOf = (sessionId: string) => `session ${sessionId}`

export async function sessionsOf(db: Reader, userId: string, ctx: Context): Promise<SessionView[]> {
  const open = await db.session.findMany({
    where: { userId, expiresAt: { gt: ctx.now() } },
    orderBy: { createdAt: 'desc' },
    take: 200,
  })
  return open.map(({ id, createdAt, updatedAt, expiresAt, ipAddress, userAgent }) => ({
    id,
    current: ctx.actor.credential === credentialOf(id),
    openedAt: createdAt.toISOString(),
    usedAt: updatedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    client: ipAddress || null,
    browser: userAgent || null,
  }))
}
