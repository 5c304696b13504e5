import { allRights, isRole, type Rights, rightsOf, roleGrant } from '@rollcall/rollout'
import type { Reader } from '../context.ts'
import { operatorId } from '../people/operator.ts'

interface HeldRole {
  role: string
  environmentId: string | null
}

/** What some roles come to; one that this version does not know gives nothing. */
export const rightsOfRoles = (held: readonly HeldRole[]): Rights =>
  rightsOf(held.flatMap(({ role, environmentId }) => (isRole(role) ? [roleGrant(role, environmentId)] : [])))

/** What somebody may do now; null: was deleted or disabled. */
export async function rightsOfPerson(db: Reader, id: string): Promise<Rights | null> {
  if (id === operatorId) return allRights
  const user = await db.user.findUnique({
    where: { id },
    select: { disabledAt: true, grants: { select: { role: true, environmentId: true } } },
  })
  return user === null || user.disabledAt !== null ? null : rightsOfRoles(user.grants)
}
