import { allows, type Capability, denialOf, type Place, whomToAsk } from '@rollcall/rollout'
import { type Context, notThere, placeOf, whoMay } from '@rollcall/services'
import type { Access, Scope } from './access.ts'
import { DoorError } from './faults.ts'
import type { Principal } from './principal.ts'

type Fields = Record<string, unknown>

/**
 * Lets a principal use an entry with an input, or throws what refuses it: the capability that is missing, where, and who
 * has it. The one place that decides this for routes, procedures and streams alike.
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
  const scope = access.kind === 'own' ? 'everywhere' : access.scope
  const place = access.kind === 'own' ? 'everywhere' : await placeFor(ctx, principal, access, fields)
  if (access.kind === 'may') await demand(ctx, principal, access.capability, scope, place, fields)
  for (const { capability, asked } of access.overrides) {
    if (await asked(fields, ctx)) await demand(ctx, principal, capability, scope, place, fields)
  }
}

/** Refuses who could not use an entry whatever they sent: before anything of it is read. */
export async function admitAnywhere(ctx: Context, principal: Principal, access: Access): Promise<void> {
  if (access.kind === 'may') await demand(ctx, principal, access.capability, access.scope, 'anywhere', {})
}

/**
 * Where an entry's capability has to be held, by what the input names. Of a place that they may not see, nobody is told
 * that it is there: it is as if the name were of nothing, and of such a name they are told so here, whatever else they sent.
 */
async function placeFor(
  ctx: Context,
  principal: Principal,
  { capability, scope }: Access & { kind: 'may' },
  fields: Fields,
): Promise<Place> {
  if (typeof scope === 'string') return scope
  // who may do it nowhere is told that, whatever they name
  await demand(ctx, principal, capability, scope, 'anywhere', fields)
  const named = fields[scope.field]
  if (typeof named !== 'string') {
    const remedy = `Correct ${scope.field}.`
    throw new DoorError('invalid', `${scope.field}: must be text`, { field: scope.field, remedy })
  }
  const place = await placeOf(ctx, scope.of, named)
  // what is nowhere would have to be somewhere in everything that is seen
  const sought = place === 'anywhere' ? 'everywhere' : place
  if (allows(principal.rights, capability, sought) || allows(principal.rights, 'read', sought)) return place
  const { message, field, remedy } = notThere[scope.of](named)
  throw new DoorError('not_found', message, { field, remedy, ...(place === 'anywhere' ? {} : { missing: capability }) })
}

const fieldsOf = (input: unknown): Fields => (typeof input === 'object' && input !== null ? (input as Fields) : {})

async function demand(
  ctx: Context,
  principal: Principal,
  capability: Capability,
  scope: Scope,
  place: Place,
  fields: Fields,
): Promise<void> {
  if (allows(principal.rights, capability, place)) return
  const others = await whoMay(ctx, capability, typeof place === 'object' ? place.environmentId : null)
  throw new DoorError('forbidden', denialOf(capability, whereOf(scope, place, fields)), {
    remedy: whomToAsk(others),
    missing: capability,
  })
}

/** The environment by its slug where the input names it; only what exists is repeated. */
function whereOf(scope: Scope, place: Place, fields: Fields): string {
  if (typeof place === 'string' || typeof scope === 'string') return typeof place === 'string' ? place : 'there'
  return scope.of === 'environment' ? String(fields[scope.field]).trim() : 'there'
}
