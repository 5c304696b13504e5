import { isRole, type Role, roleNames } from '@rollcall/rollout'
import type { Reader } from '../context.ts'

/** A role and the environment in which it is held; null: everywhere. */
export interface RoleHeld {
  role: Role
  environment: string | null
}

/** What a person is, and where: those held everywhere first, then by environment. */
export async function heldRoles(db: Reader, userId: string): Promise<RoleHeld[]> {
  const grants = await db.roleGrant.findMany({
    where: { userId },
    select: { role: true, environment: { select: { slug: true } } },
  })
  return inOrder(grants.map(({ role, environment }) => ({ role, environment: environment?.slug ?? null })))
}

/** In one order and each once; a role that this version does not know gives nothing and is left out. */
export function inOrder(given: readonly { role: string; environment: string | null }[]): RoleHeld[] {
  const known = given.filter((one): one is RoleHeld => isRole(one.role))
  const seen = new Map(known.map((one) => [`${one.environment ?? ''} ${one.role}`, one]))
  return [...seen.values()].sort(
    (a, b) =>
      (a.environment ?? '').localeCompare(b.environment ?? '') || roleNames.indexOf(a.role) - roleNames.indexOf(b.role),
  )
}
