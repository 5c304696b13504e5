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
  /** milliseconds since 1970, as text; no number where it is no time */
  sealedAt: string
}

/** Infinity is a time to PostgreSQL, and no number: one such row must not keep the others from being read. */
const milliseconds = (column: string) =>
  `case when isfinite(${column}) then (extract(epoch from ${column}) * 1000)::bigint::text else ${column}::text end`

const first = `array[${milliseconds('a.at')}, a.actor, a.via, a.action, a.subject_type,
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
  return db.auditSeal.findFirst({ where: { seq: { gt: 0 } }, orderBy: { seq: 'desc' } })
}

/** A transaction lives at most 60 s; the rest is for clocks of workers that do not agree. */
const latestSeconds = 300

/**
 * Up to which row the audit is complete: a seal that was set so much later proves that a worker has looked since the last
 * transaction with a smaller number had ended. 0: nothing is proven yet.
 */
export async function readCompleteUpTo(db: Reader): Promise<bigint> {
  const [row] = await db.$queryRaw<{ id: bigint }[]>`
    select least(s.audit_id, (select last_value from audit_id_seq)) as id
    from audit_seals s where s.seq > 0 and s.sealed_at < (
      select l.sealed_at - make_interval(secs => ${latestSeconds}) from audit_seals l order by l.seq desc limit 1)
    order by s.seq desc limit 1`
  return row?.id ?? 0n
}

const unsealed = 'not exists (select from audit_seals s where s.audit_id = a.id)'
/** Read after the rows that are looked at: whatever is seen of them has got its number from it before. */
const given = '(select last_value from audit_id_seq)'

/** Rows beyond `above` that no seal covers, by id. A row whose transaction ends late may come after rows of larger ids. */
export async function readUnsealed(db: Reader, above: bigint, limit: number): Promise<AuditText[]> {
  return db.$queryRawUnsafe(
    `select a.id as "auditId", ${columns} as columns from audit a
     where a.id > $1 and a.id <= ${given} and ${unsealed} order by a.id limit $2`,
    above,
    limit,
  )
}

/** How many rows beyond `above` no seal covers yet. */
export async function countUnsealed(db: Reader, above: bigint): Promise<number> {
  const [row]: { count: bigint }[] = await db.$queryRawUnsafe(
    `select count(*) as count from audit a where a.id > $1 and a.id <= ${given} and ${unsealed}`,
    above,
  )
  return Number(row?.count ?? 0)
}

/** The first row that no seal covers although all up to it are sealed, or whose number was never given; null: none. */
export async function findInserted(db: Reader, completeUpTo: bigint): Promise<{ id: bigint; given: boolean } | null> {
  const [row]: { id: bigint; given: boolean }[] = await db.$queryRawUnsafe(
    `select a.id, a.id between 1 and ${given} as given from audit a
     where (a.id <= $1 or a.id > ${given}) and ${unsealed} order by a.id limit 1`,
    completeUpTo,
  )
  return row ?? null
}

/** Seals in their order with the rows they cover, as these are now. `afterSeq` null: from the very first. */
export async function readSeals(db: Reader, afterSeq: bigint | null, limit: number): Promise<SealText[]> {
  return db.$queryRawUnsafe(
    `select s.seq, s.hash, s.audit_id as "auditId", ${milliseconds('s.sealed_at')} as "sealedAt",
       case when a.id is null then null else ${columns} end as columns
     from audit_seals s left join audit a on a.id = s.audit_id
     ${afterSeq === null ? '' : 'where s.seq > $2'} order by s.seq limit $1`,
    limit,
    ...(afterSeq === null ? [] : [afterSeq]),
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
