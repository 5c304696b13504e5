import { allows, allRights, type Capability, capabilities, type Rights } from '@rollcall/rollout'
import type { Actor, Context, Reader } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { operatorId } from '../people/operator.ts'

/** What the one who asks may do. */
export const rightsOfActor = ({ rights = allRights }: Context): Rights => rights

/**
 * Refuses API tokens: what one makes would outlive its end, and whoever has found one could stay for ever. A person
 * does it, or whoever has the operator token. `what` follows "An API token does not".
 */
export function requireNoToken({ actor }: Context, what: string): void {
  if (!actor.id?.startsWith('tok_')) return
  throw new ServiceError('refused', `An API token does not ${what}.`, {
    remedy: 'Sign in on a page of this Rollcall, or use the operator token.',
  })
}

/** Whose a token is that the one who acts makes; null: nobody's. Throws when they were deleted a moment ago. */
export async function ownerOf(db: Reader, { id }: Actor): Promise<string | null> {
  if (id == null || id === operatorId) return null
  const owner = await db.user.findUnique({ where: { id }, select: { disabledAt: true } })
  if (owner !== null && owner.disabledAt === null) return id
  throw new ServiceError('refused', 'You may no longer come in yourself.', { remedy: 'Ask an administrator.' })
}

interface Asked {
  capabilities: readonly Capability[]
  /** id → slug */
  environments: ReadonlyMap<string, string>
  everywhere: boolean
}

/**
 * Throws, naming the first of them, unless whoever gives all this has it themselves, in all of these places. `field` is
 * where it was asked for.
 */
export function requireHeld(
  ctx: Context,
  { capabilities: asked, environments, everywhere }: Asked,
  field = 'capabilities',
): void {
  const rights = rightsOfActor(ctx)
  for (const capability of asked) {
    if (everywhere || capabilities[capability].where === 'installation') {
      if (!allows(rights, capability, 'everywhere')) throw notHeld(field, capability, '')
      continue
    }
    for (const [environmentId, slug] of environments) {
      if (!allows(rights, capability, { environmentId })) throw notHeld(field, capability, ` in ${slug}`)
    }
  }
}

function notHeld(field: string, capability: Capability, where: string): ServiceError {
  const { words, where: belongs } = capabilities[capability]
  const place = where !== '' || belongs === 'installation' ? where : ' everywhere'
  return new ServiceError('refused', `You cannot give ${capability}${place}: you may not ${words}${place} yourself.`, {
    field,
    remedy: `Leave ${capability} out, or have somebody do it who has that.`,
  })
}
