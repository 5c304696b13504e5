import { allows, allRights, type Capability, capabilities, type Rights } from '@rollcall/rollout'
import type { Actor, Context, Reader } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { operatorId } from '../people/operator.ts'
import { rightsOfPerson } from './owner-rights.ts'
import { findTokenPrincipals } from './principal.ts'

const none: Rights = new Map()

/** Nobody in particular: the operator token, or the process itself. What has an id, or was proven otherwise, is somebody. */
const isOperator = ({ id, credential }: Actor) =>
  id === operatorId || (id == null && (credential === undefined || credential === 'operator token'))

/** What the one who acts may do at this moment, read from the facts and not from when the request began. */
export async function rightsOfActor(db: Reader, ctx: Context): Promise<Rights> {
  const { actor } = ctx
  if (isOperator(actor)) return allRights
  if (actor.id == null) return none
  if (!actor.id.startsWith('tok_')) return (await rightsOfPerson(db, actor.id)) ?? none
  return (await findTokenPrincipals(db, [actor.id], ctx.now())).get(actor.id)?.rights ?? none
}

/**
 * The rights of a person or of the operator token; an API token is refused. What one token makes would outlive its end:
 * whoever has found one could stay for ever.
 */
export async function rightsOfMaker(db: Reader, ctx: Context, what: string): Promise<Rights> {
  if (ctx.actor.id?.startsWith('tok_')) {
    throw new ServiceError('forbidden', `An API token does not make ${what}.`, {
      remedy: 'Sign in on a page of this Rollcall, or use the operator token.',
    })
  }
  return rightsOfActor(db, ctx)
}

/** Whose a token is that the one who acts makes; null: nobody's. */
export const ownerOf = ({ id }: Actor): string | null => (id == null || id === operatorId ? null : id)

interface Asked {
  capabilities: readonly Capability[]
  /** id → slug */
  environments: ReadonlyMap<string, string>
  everywhere: boolean
}

/** Throws, naming the first of them, unless whoever gives all this has it themselves, in all of these places. */
export function requireHeld(rights: Rights, { capabilities: asked, environments, everywhere }: Asked): void {
  for (const capability of asked) {
    const { where, words } = capabilities[capability]
    if (where === 'installation' || everywhere) {
      if (!allows(rights, capability, 'everywhere')) throw notHeld(capability, words, '')
      continue
    }
    for (const [environmentId, slug] of environments) {
      if (!allows(rights, capability, { environmentId })) throw notHeld(capability, words, ` in ${slug}`)
    }
  }
}

const notHeld = (capability: Capability, words: string, where: string) =>
  new ServiceError(
    'forbidden',
    `You cannot give ${capability}${where}: you may not ${words}${where || ' everywhere'} yourself.`,
    {
      field: 'capabilities',
      remedy: `Leave ${capability} out, or have somebody make it who has that.`,
    },
  )
