import type { Prisma, PrismaClient } from '../generated/client.ts'

/** For so long without a request, and the visit is over. */
const visitEndsMinutes = 30

/**
 * This person is here now. The first sign after half an hour of none begins another visit, and when the one before had
 * ended is kept: what happened since is what they have not seen.
 */
export async function markSeen(db: PrismaClient | Prisma.TransactionClient, userId: string, now: Date): Promise<void> {
  await db.$executeRaw`
    update users set seen_at = ${now}, left_at = case
      when seen_at < ${now}::timestamptz - make_interval(mins => ${visitEndsMinutes}::int) then seen_at else left_at end
    where id = ${userId}`
}
