import { type Capability, capabilityNames, type Role, roleNames, roles } from '@rollcall/rollout'
import { z } from 'zod'
import type { Context, Reader } from '../context.ts'
import { notFound, ServiceError } from '../errors.ts'
import { slug } from '../fields.ts'
import { seenEnvironments } from '../sees.ts'
import { type Given, isOfInstallation } from './given.ts'
import { requireHeld } from './maker.ts'

const capability = z.enum(capabilityNames, { error: 'must be a capability such as apply.open' })
const role = z.enum(roleNames, { error: `must be a list of capabilities, or one of ${roleNames.join(', ')}` })

/** What is to be given, as tokens and trusts take it. */
export const askedFields = {
  /** a list, or a role as a preset: what it stands for now is given, later changes of the role are not */
  capabilities: z.union([
    z
      .array(capability, { error: `must be a list of capabilities, or one of ${roleNames.join(', ')}` })
      .min(1, 'must name at least one capability')
      .max(100, 'must be at most 100 capabilities'),
    role,
  ]),
  /** for what is held in an environment; what belongs to the installation is given as such */
  environments: z.union([
    z
      .array(slug, { error: 'must be everywhere, or a list of environments' })
      .max(200, 'must be at most 200 environments'),
    z.literal('everywhere', { error: 'must be everywhere, or a list of environments' }),
  ]),
}

interface Asked {
  capabilities: readonly Capability[] | Role
  environments: 'everywhere' | readonly string[]
}

export interface Resolved extends Given {
  capabilities: Capability[]
  environmentIds: string[]
}

/**
 * What is given, each once and in one order. Throws when an environment is not there, when what is held in environments
 * is given in none, and when it is more than the one who gives it has.
 */
export async function resolveAsked(db: Reader, ctx: Context, asked: Asked): Promise<Resolved> {
  const everywhere = asked.environments === 'everywhere'
  const slugs = asked.environments === 'everywhere' ? [] : [...new Set(asked.environments)]
  const environments = await findEnvironments(db, ctx, slugs)
  const wanted = wantedCapabilities(asked.capabilities, everywhere)
  const inEnvironments = wanted.filter((name) => !isOfInstallation(name))
  if (inEnvironments.length > 0 && !everywhere && environments.size === 0) {
    throw new ServiceError('invalid', `environments: ${inEnvironments[0]} is held in environments, and none is named`, {
      field: 'environments',
      remedy: 'Name environments, or say everywhere.',
    })
  }
  requireHeld(ctx, { capabilities: wanted, environments, everywhere })
  return { capabilities: wanted, environmentIds: [...environments.keys()], everywhere }
}

/** A role in some environments gives nothing of the installation there, as it gives nothing to a person either. */
function wantedCapabilities(asked: Asked['capabilities'], everywhere: boolean): Capability[] {
  const names: readonly Capability[] =
    typeof asked === 'string'
      ? roles[asked].capabilities.filter((name) => everywhere || !isOfInstallation(name))
      : asked
  return capabilityNames.filter((name) => names.includes(name))
}

/** id → slug, in the order in which they were named. */
async function findEnvironments(db: Reader, ctx: Context, slugs: readonly string[]): Promise<Map<string, string>> {
  if (slugs.length === 0) return new Map()
  const rows = await db.environment.findMany({
    where: { slug: { in: [...slugs] }, ...seenEnvironments(ctx) },
    select: { id: true, slug: true },
  })
  const idOf = new Map(rows.map(({ id, slug }) => [slug, id]))
  return new Map(
    slugs.map((slug) => {
      const id = idOf.get(slug)
      if (id === undefined)
        throw notFound('environment', slug, 'environments', 'Name one that GET /environments lists.')
      return [id, slug]
    }),
  )
}
