import type { Component, Fleet } from '@rollcall/store'
import { componentOrder } from '../components/find.ts'
import type { Reader } from '../context.ts'

/** Where a component is deployed in an environment: in a fleet of its own, or in the environment's. */
export async function findFleet(db: Reader, environmentId: string, componentId: string): Promise<Fleet> {
  const own = await db.fleet.findUnique({ where: { environmentId_componentId: { environmentId, componentId } } })
  return own ?? environmentsFleet(db, environmentId)
}

/** The environment's own fleet stands under the environment's id. */
export function environmentsFleet(db: Reader, environmentId: string): Promise<Fleet> {
  return db.fleet.findUniqueOrThrow({ where: { id: environmentId } })
}

/**
 * The component whose build the targets of a fleet tell in their /buildinfo, and so the one that a roll call asks about:
 * the one that the fleet belongs to, else the oldest of those that have no fleet of their own there.
 */
export function askedComponent(
  db: Reader,
  fleet: Pick<Fleet, 'environmentId' | 'componentId'>,
): Promise<Component | null> {
  if (fleet.componentId !== null) return db.component.findUnique({ where: { id: fleet.componentId } })
  return db.component.findFirst({
    where: { fleets: { none: { environmentId: fleet.environmentId } } },
    orderBy: componentOrder,
  })
}
