import type { AuditSeal, Prisma, PrismaClient } from '../generated/client.ts'
import type { Tx } from '../transact.ts'

type Reader = PrismaClient | Prisma.TransactionClient

/** One row of the audit as text, so that what is hashed does not depend on who reads it. */
export interface AuditText {
  auditId: bigint
  /** every column but the id, in a fixed order; JSON as PostgreSQL itself writes it; null where a row was deleted */
  columns: (string | null)[] | null
}

export interface SealText extends AuditText {
  seq: bigint
  hash: string
}

const first = `array[(extract(epoch from a.at) * 1000)::bigint::text, a.actor, a.via, a.action, a.subject_type,
  a.subject_id, a.reason, a.outcome, a.before::text, a.after::text, a.detail::text, a.request_id]`

/** Columns that came later take part with their name and only where they say something: chains from before still hold. */
const later = ['actor_id', 'credential', 'environment_id']
  .map((name) => `case when a.${name} is null then '{}'::text[] else array['${name}', a.${name}] end`)
  .join(' || ')

const columns = `(${first} || ${later})`

/** Lets one process at a time add to the chain; false when another one is at it. Until the transaction ends. */
export async function lockSeals(tx: Tx): Promise<boolean> {
  const [row] = await tx.db.$queryRaw<{ mine: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended('audit seals', 0)) as mine`
  return row?.mine ?? false
}

/** Where the chain ends; null: it has not begun. */
export async function readLastSeal(db: Reader): Promise<AuditSeal | null> {
  return db.auditSeal.findFirst({ orderBy: { seq: 'desc' } })
}

/** Rows beyond `above` that no seal covers, by id. A row whose transaction ends late may come after rows of larger ids. */
export async function readUnsealed(db: Reader, above: bigint, limit: number): Promise<AuditText[]> {
  return db.$queryRawUnsafe(
    `select a.id as "auditId", ${columns} as columns from audit a
     where a.id > $1 and not exists (select from audit_seals s where s.audit_id = a.id) order by a.id limit $2`,
    above,
    limit,
  )
}

/** How many rows beyond `above` no seal covers yet. */
export async function countUnsealed(db: Reader, above = 0n): Promise<number> {
  const [row] = await db.$queryRaw<{ count: bigint }[]>`
    select count(*) as count from audit a
    where a.id > ${above} and not exists (select from audit_seals s where s.audit_id = a.id)`
  return Number(row?.count ?? 0)
}

/** Seals in their order with the rows they cover, as these are now. */
export async function readSeals(db: Reader, afterSeq: bigint, limit: number): Promise<SealText[]> {
  return db.$queryRawUnsafe(
    `select s.seq, s.hash, s.audit_id as "auditId", case when a.id is null then null else ${columns} end as columns
     from audit_seals s left join audit a on a.id = s.audit_id where s.seq > $1 order by s.seq limit $2`,
    afterSeq,
    limit,
  )
}

/** The values that a column has, in order, at most `limit`: as many steps through its index as there are values. */
export async function distinctAudited(db: Reader, column: 'actor' | 'action', limit: number): Promise<string[]> {
  const rows: { value: string }[] = await db.$queryRawUnsafe(
    `with recursive found as (
       (select ${column} as value from audit order by ${column} limit 1)
       union all
       select (select a.${column} from audit a where a.${column} > f.value order by a.${column} limit 1)
       from found f where f.value is not null)
     select value from found where value is not null limit $1`,
    limit,
  )
  return rows.map(({ value }) => value)
}
