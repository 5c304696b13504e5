import type { Check, Prisma, PrismaClient } from '../generated/client.ts'

/** The newest report of each context of a commit, by context; of all contexts where none are named. */
export async function newestChecks(
  db: PrismaClient | Prisma.TransactionClient,
  sha: string,
  contexts: readonly string[] | null = null,
): Promise<Check[]> {
  const newest = await db.$queryRaw<{ id: string }[]>`
    select distinct on (context) id from checks
    where sha = ${sha} and (${contexts === null} or context = any(${[...(contexts ?? [])]}::text[]))
    order by context, id desc`
  return db.check.findMany({ where: { id: { in: newest.map(({ id }) => id) } }, orderBy: { context: 'asc' } })
}
