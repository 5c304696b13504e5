import type { Tx } from '../transact.ts'

/**
 * Locks are taken in one order, key → lane → apply → operation, so that two of them never wait for each other.
 * A lane that nobody used yet is made.
 */
export async function lockLane(
  tx: Tx,
  environmentId: string,
  componentId: string,
): Promise<{ heldByApplyId: string | null }> {
  await tx.db.$executeRaw`
    insert into lanes (environment_id, component_id) values (${environmentId}, ${componentId}) on conflict do nothing`
  const rows = await tx.db.$queryRaw<{ heldByApplyId: string | null }[]>`
    select held_by_apply_id as "heldByApplyId" from lanes
    where environment_id = ${environmentId} and component_id = ${componentId} for update`
  return rows[0] ?? { heldByApplyId: null }
}

/** Locks the lane of an apply, then the apply itself, until the transaction ends; false when there is none of that id. */
export async function lockLaneAndApply(tx: Tx, applyId: string): Promise<boolean> {
  const rows = await tx.db.$queryRaw<unknown[]>`
    with lane as materialized (
      select l.environment_id from lanes l
      join applies a on a.environment_id = l.environment_id and a.component_id = l.component_id
      where a.id = ${applyId} for update of l)
    select 1 from applies a where a.id = ${applyId} and exists (select from lane) for update`
  if (rows.length > 0) return true
  const found = await tx.db.apply.findUnique({
    where: { id: applyId },
    select: { environmentId: true, componentId: true },
  })
  if (!found) return false
  // nobody has used this lane yet
  await lockLane(tx, found.environmentId, found.componentId)
  return lockApply(tx, applyId)
}

/** Locks one apply until the transaction ends; false when there is none of that id. */
export async function lockApply(tx: Tx, applyId: string): Promise<boolean> {
  const rows = await tx.db.$queryRaw<unknown[]>`select 1 from applies where id = ${applyId} for update`
  return rows.length > 0
}

/** Lets one import at a time compare what runs with what is wanted, and write the difference. */
export async function lockConfiguration(tx: Tx): Promise<void> {
  await tx.db.$executeRaw`select pg_advisory_xact_lock(hashtextextended('configuration', 0))`
}

/** Lets one transaction at a time work on the request of this idempotency key; the next one finds what it did. */
export async function lockIdempotencyKey(tx: Tx, key: string): Promise<void> {
  await tx.db.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`idempotency:${key}`}, 0))`
}
