import type { Prisma, PrismaClient } from '../generated/client.ts'

/**
 * Notes one change; the one of an apply gets that apply's next number, without gaps, because the number and the row
 * commit together. Call it last in a transaction: it locks the apply's row until the end.
 */
export async function insertChange(
  { db }: { db: PrismaClient | Prisma.TransactionClient },
  change: { kind: string; applyId: string | null; environmentId: string | null; operationId: string | null; at: Date },
): Promise<void> {
  await db.$executeRaw`
    with numbered as (
      update applies set change_seq = change_seq + 1 where id = ${change.applyId} returning change_seq)
    insert into changes (kind, apply_id, environment_id, operation_id, at, seq)
    values (${change.kind}, ${change.applyId}, ${change.environmentId}, ${change.operationId}, ${change.at},
      (select change_seq from numbered))`
}

/** The changes with a number above `after`, and those of `also` that are there now, by number; at most 5,000 of them. */
export async function readChanges(
  db: PrismaClient | Prisma.TransactionClient,
  after: bigint,
  also: readonly bigint[],
): Promise<{ id: bigint; kind: string }[]> {
  return db.$queryRaw`
    select id, kind from changes where id > ${after} or id = any(${also.map(String)}::bigint[]) order by id limit 5000`
}
