import { roles } from '@rollcall/rollout'
import { newId, type Tx } from '@rollcall/store'
import type { Context, Reader } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { isOfInstallation } from '../tokens/given.ts'
import { requireHeld } from '../tokens/maker.ts'
import { inOrder, type RoleHeld } from './held-roles.ts'

/** Environments by slug, as role grants name them; throws for one that there is not. */
export async function grantPlaces(db: Reader, held: readonly RoleHeld[]): Promise<Map<string, string>> {
  const slugs = [...new Set(held.flatMap(({ environment }) => environment ?? []))]
  const found = await db.environment.findMany({ where: { slug: { in: slugs } }, select: { id: true, slug: true } })
  const ids = new Map(found.map(({ slug, id }) => [slug, id]))
  const missing = slugs.find((slug) => !ids.has(slug))
  if (missing === undefined) return ids
  throw new ServiceError('not_found', `There is no environment ${JSON.stringify(missing)}.`, {
    field: 'roles',
    remedy: 'Name an environment that is configured, or null for everywhere.',
  })
}

/** Throws unless whoever gives these roles, or lets in who has them, may do all of it themselves. */
export async function requireHeldRoles(db: Reader, ctx: Context, held: readonly RoleHeld[]): Promise<void> {
  const places = await grantPlaces(db, held)
  for (const { role, environment } of inOrder(held)) {
    const everywhere = environment === null
    const capabilities = roles[role].capabilities.filter((name) => everywhere || !isOfInstallation(name))
    const environments = everywhere ? new Map() : new Map([[places.get(environment) as string, environment]])
    requireHeld(ctx, { capabilities, environments, everywhere }, 'roles')
  }
}

/** Makes these the roles of a person from one source, whatever they were. */
export async function replaceRoles(
  tx: Tx,
  ctx: Context,
  userId: string,
  source: 'local' | 'oidc',
  held: readonly RoleHeld[],
): Promise<void> {
  const places = await grantPlaces(tx.db, held)
  await tx.db.roleGrant.deleteMany({ where: { userId, source } })
  await tx.db.roleGrant.createMany({
    data: inOrder(held).map(({ role, environment }) => ({
      id: newId('grt'),
      userId,
      role,
      environmentId: environment === null ? null : (places.get(environment) as string),
      source,
      grantedAt: ctx.now(),
      grantedBy: ctx.actor.name,
    })),
  })
}

/** `admin, releaser@production`: how roles are told in the record. */
export const rolesText = (held: readonly { role: string; environment: string | null }[]): string[] =>
  held.map(({ role, environment }) => (environment === null ? role : `${role}@${environment}`))
