import type { Place } from '@rollcall/rollout'
import { applyNotFound } from '../applies/not-found.ts'
import type { Context } from '../context.ts'
import { environmentNotFound } from '../environments/find.ts'
import type { ServiceError } from '../errors.ts'
import { operationNotFound } from '../operations/not-found.ts'
import { updateNotFound } from '../updates/not-found.ts'

/** What an entry may be about, as far as it tells an environment. */
export type PlaceKind = 'environment' | 'apply' | 'operation' | 'update'

/**
 * The id of the environment that something is in, by a slug or an id; `everywhere`: there is such a thing, and it belongs
 * to no environment; null: there is none. A text is read as the verbs read it, without the space around it.
 */
export async function environmentOf(
  { store: { db } }: Context,
  kind: PlaceKind,
  text: string,
): Promise<string | 'everywhere' | null> {
  const name = text.trim()
  // PostgreSQL has no NUL, and what is longer than any name names nothing
  if (name.length > 100 || name.includes('\0') || !name.isWellFormed()) return null
  switch (kind) {
    case 'environment':
      return (await db.environment.findUnique({ where: { slug: name }, select: { id: true } }))?.id ?? null
    case 'apply':
      return (
        (await db.apply.findUnique({ where: { id: name }, select: { environmentId: true } }))?.environmentId ?? null
      )
    case 'operation': {
      const operation = await db.operation.findUnique({
        where: { id: name },
        select: { apply: { select: { environmentId: true } } },
      })
      return operation?.apply.environmentId ?? null
    }
    case 'update': {
      // one that names no environment of ours was refused, and is nobody's but theirs who see everything
      const update = await db.externalUpdate.findUnique({ where: { id: name }, select: { environmentId: true } })
      return update && (update.environmentId ?? 'everywhere')
    }
  }
}

/** Where a capability has to be held for something. What is not there belongs nowhere, so anywhere will do. */
export async function placeOf(ctx: Context, kind: PlaceKind, name: string): Promise<Place> {
  const environmentId = await environmentOf(ctx, kind, name)
  if (environmentId === null) return 'anywhere'
  return environmentId === 'everywhere' ? 'everywhere' : { environmentId }
}

/** What a verb says of a name of nothing: whoever may not see something is told the same of it. */
export const notThere: Readonly<Record<PlaceKind, (name: string) => ServiceError>> = {
  environment: environmentNotFound,
  apply: applyNotFound,
  operation: operationNotFound,
  update: updateNotFound,
}
