import { allows, type Capability, capabilities, type Place } from '@rollcall/rollout'
import { type Context, environmentOf } from '@rollcall/services'
import type { Access, Scope } from './access.ts'
import { DoorError } from './faults.ts'
import type { Principal } from './principal.ts'

/**
 * Lets a principal use an entry with an input, or throws what refuses it: the capability that is missing and where. The
 * one place that decides this for routes, procedures and streams alike.
 */
export async function admit(ctx: Context, principal: Principal, access: Access, input: unknown): Promise<void> {
  if (access.kind === 'open') return
  if (access.kind === 'self') {
    if (principal.by === 'session') return
    throw new DoorError('forbidden', 'This is about the person who is signed in, and a token is none.', {
      remedy: 'Sign in on a page of this Rollcall.',
    })
  }
  const fields = fieldsOf(input)
  const place = await placeOf(ctx, access.scope, fields)
  const asked = access.overrides.filter((override) => override.asked(fields))
  for (const capability of [access.capability, ...asked.map((override) => override.capability)]) {
    if (!allows(principal.rights, capability, place)) throw missing(capability, access.scope, fields)
  }
}

/** Refuses who could not use an entry whatever they sent: before anything of it is read. */
export function admitAnywhere(principal: Principal, access: Access): void {
  if (access.kind !== 'may' || allows(principal.rights, access.capability, 'anywhere')) return
  throw missing(access.capability, access.scope, {})
}

/** What is not there belongs nowhere: whoever may do such a thing at all is told by the verb that it is not there. */
async function placeOf(ctx: Context, scope: Scope, fields: Record<string, unknown>): Promise<Place> {
  if (typeof scope === 'string') return scope
  const named = fields[scope.field]
  const environmentId = typeof named === 'string' ? await environmentOf(ctx, scope.of, named) : null
  return environmentId === null ? 'anywhere' : { environmentId }
}

const fieldsOf = (input: unknown): Record<string, unknown> =>
  typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {}

function missing(capability: Capability, scope: Scope, fields: Record<string, unknown>): DoorError {
  const where =
    typeof scope === 'object' && scope.of === 'environment' && typeof fields[scope.field] === 'string'
      ? ` in ${JSON.stringify(String(fields[scope.field]).slice(0, 80))}`
      : typeof scope === 'object'
        ? ' there'
        : scope === 'everywhere' && capabilities[capability].where === 'environment'
          ? ' in all environments'
          : ''
  return new DoorError(
    'forbidden',
    `You may not ${capabilities[capability].words}${where}: that needs ${capability}.`,
    {
      field: null,
      remedy: 'Ask somebody who has it, or an administrator to give it to you.',
    },
  )
}
