import type { Tx } from '@rollcall/store'

/** Ends all sessions of a person but one; answers how many. What they had open is told by whoever calls this. */
export async function endSessionsOf(tx: Tx, userId: string, but: string | null = null): Promise<number> {
  const { count } = await tx.db.session.deleteMany({
    where: { userId, ...(but === null ? {} : { id: { not: but } }) },
  })
  return count
}
