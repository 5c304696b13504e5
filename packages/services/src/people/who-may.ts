import { type Capability, isRole, roleNames, roles, type WhoMay } from '@rollcall/rollout'
import type { Context } from '../context.ts'
import { isSeen } from '../sees.ts'
import { people } from './operator.ts'

/** Names are asked for to be read; whoever has so many colleagues that may asks an administrator. */
const mostNames = 50

/**
 * The people who hold a capability in an environment, or (null) everywhere, each with the roles that give it; by name, at
 * most 50. Whoever was disabled is not among them.
 */
export async function whoMay(ctx: Context, capability: Capability, asked: string | null): Promise<WhoMay[]> {
  // who may do what in a place is told to those who may know that there is such a place
  const environmentId = isSeen(ctx, asked) ? asked : null
  const giving = roleNames.filter((role) => (roles[role].capabilities as readonly Capability[]).includes(capability))
  const held = {
    role: { in: giving },
    OR: [{ environmentId: null }, ...(environmentId === null ? [] : [{ environmentId }])],
  }
  const found = await ctx.store.db.user.findMany({
    where: { ...people, disabledAt: null, grants: { some: held } },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: mostNames,
    select: { name: true, grants: { where: held, select: { role: true } } },
  })
  return found.map(({ name, grants }) => ({ name, roles: [...new Set(grants.map(({ role }) => role))].filter(isRole) }))
}
