import type { Capability, Rights } from '@rollcall/rollout'
import type { Context } from '../context.ts'
import { heldRoles, type RoleHeld } from './held-roles.ts'
import { operatorId } from './operator.ts'
import { passwordProvider } from './person.ts'

export interface AccountView {
  /** null: signed in with the operator token */
  id: string | null
  name: string
  email: string | null
  /** whether there is a password here that could be changed */
  hasPassword: boolean
  roles: RoleHeld[]
  /** capability → `everywhere`, or the slugs of the environments; what is not held is not there */
  rights: Partial<Record<Capability, 'everywhere' | string[]>>
}

/** Who asks, and all that they may do: what `rights` come to, in names instead of ids. */
export async function describeAccount(ctx: Context, rights: Rights): Promise<AccountView> {
  const { db } = ctx.store
  const { actor } = ctx
  const environments = await db.environment.findMany({ select: { id: true, slug: true }, orderBy: { slug: 'asc' } })
  const named = [...rights].map(([capability, held]) => [
    capability,
    held === 'everywhere' ? held : environments.filter(({ id }) => held.has(id)).map(({ slug }) => slug),
  ])
  const id = actor.id == null || actor.id === operatorId ? null : actor.id
  const user =
    id === null
      ? null
      : await db.user.findUnique({ where: { id }, select: { email: true, accounts: { select: { providerId: true } } } })
  return {
    id,
    name: actor.name,
    email: user?.email ?? null,
    hasPassword: user?.accounts.some(({ providerId }) => providerId === passwordProvider) ?? false,
    roles: id === null ? [{ role: 'admin', environment: null }] : await heldRoles(db, id),
    rights: Object.fromEntries(named),
  }
}
