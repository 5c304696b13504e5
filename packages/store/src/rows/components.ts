import type { Prisma, PrismaClient } from '../generated/client.ts'

type Reader = PrismaClient | Prisma.TransactionClient

/** How many targets of a fleet answer the same for a component. */
export interface AnswerCount {
  fleetId: string
  componentId: string
  kind: string
  sha: string | null
  targets: number
  newestAt: Date
}

/** What the targets of all fleets answer, counted: one pass over them, whatever the number of components. */
export function countAnswers(db: Reader): Promise<AnswerCount[]> {
  return db.$queryRaw<AnswerCount[]>`
    select t.fleet_id as "fleetId", r.component_id as "componentId", r.kind, r.sha, count(*)::int as targets,
      max(r.at) as "newestAt"
    from targets t join current_readings r on r.target_id = t.id
    where t.enumerated group by 1, 2, 3, 4 order by targets desc, r.sha`
}

export function countTargets(db: Reader): Promise<{ fleetId: string; targets: number }[]> {
  return db.$queryRaw`select fleet_id as "fleetId", count(*)::int as targets from targets where enumerated group by 1`
}

/** The newest build of each component. */
export function newestBuilds(db: Reader): Promise<
  {
    id: string
    componentId: string
    sha: string
    tag: string
    branch: string
    publishedAt: Date
    publishedBy: string
  }[]
> {
  return db.$queryRaw`
    select b.id, b.component_id as "componentId", b.sha, b.tag, b.branch, b.published_at as "publishedAt",
      b.published_by as "publishedBy"
    from components c cross join lateral (
      select * from builds where component_id = c.id order by ordered_at desc, id desc limit 1) b`
}

/** In each lane, the apply that started last and the newest one that is not settled; one id where they are the same. */
export async function currentApplies(db: Reader): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    select a.id from environments e cross join components c cross join lateral (
      select id from applies where environment_id = e.id and component_id = c.id and started_at is not null
      order by started_at desc limit 1) a
    union
    select max(id) from applies where not settled group by environment_id, component_id`
  return rows.map(({ id }) => id)
}

/** What was said about the operations of these applies, counted; `unseen`: … of those that nobody can be asked about. */
export function countClaims(
  db: Reader,
  applyIds: readonly string[],
): Promise<{ applyId: string; claim: string; operations: number; unseen: number }[]> {
  return db.$queryRaw`
    select apply_id as "applyId", claim, count(*)::int as operations,
      count(*) filter (where failure_reason = 'not_observable')::int as unseen
    from operations where apply_id = any(${[...applyIds]}::text[]) and claim is not null
    group by 1, 2 order by 3 desc, 2`
}
