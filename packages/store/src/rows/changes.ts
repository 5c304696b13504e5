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

/**
 * The changes with a number above `after`, and those of `also` that are there now, by number; at most 5,000 of them. Where
 * environments are given, the kind of what happened in others is null; what happened in none is everybody's.
 */
export async function readChanges(
  db: PrismaClient | Prisma.TransactionClient,
  after: bigint,
  also: readonly bigint[],
  environmentIds: readonly string[] | null,
): Promise<{ id: bigint; kind: string | null }[]> {
  if (environmentIds === null) {
    return db.$queryRaw`
      select id, kind from changes where id > ${after} or id = any(${also.map(String)}::bigint[]) order by id limit 5000`
  }
  // what a driver notes names its apply alone
  return db.$queryRaw`
    select c.id, case when coalesce(c.environment_id, a.environment_id, '') = any(${['', ...environmentIds]}::text[])
      then c.kind end as kind
    from changes c left join applies a on a.id = c.apply_id and c.environment_id is null
    where c.id > ${after} or c.id = any(${also.map(String)}::bigint[]) order by c.id limit 5000`
}
