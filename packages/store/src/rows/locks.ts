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

/** Locks one apply until the transaction ends; false when there is none of that id. */
export async function lockApply(tx: Tx, applyId: string): Promise<boolean> {
  const rows = await tx.db.$queryRaw<unknown[]>`select 1 from applies where id = ${applyId} for update`
  return rows.length > 0
}

/** Lets one transaction at a time work on the request of this idempotency key; the next one finds what it did. */
export async function lockIdempotencyKey(tx: Tx, key: string): Promise<void> {
  await tx.db.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`idempotency:${key}`}, 0))`
}
