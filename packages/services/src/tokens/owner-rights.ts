import { isRole, type Rights, rightsOf, roleGrant } from '@rollcall/rollout'

interface HeldRole {
  role: string
  environmentId: string | null
}

/** What some roles come to; one that this version does not know gives nothing. */
export const rightsOfRoles = (held: readonly HeldRole[]): Rights =>
  rightsOf(held.flatMap(({ role, environmentId }) => (isRole(role) ? [roleGrant(role, environmentId)] : [])))
