import type { Context } from '../context.ts'

/** What an entry may be about, as far as it tells an environment. */
export type PlaceKind = 'environment' | 'apply' | 'operation' | 'update'

/** The id of the environment that something is in, by a slug or an id; null when there is no such thing. */
export async function environmentOf({ store: { db } }: Context, kind: PlaceKind, name: string): Promise<string | null> {
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
    case 'update':
      return (
        (await db.externalUpdate.findUnique({ where: { id: name }, select: { environmentId: true } }))?.environmentId ??
        null
      )
  }
}
