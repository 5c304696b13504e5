import type { Context, Reader } from './context.ts'

/** All that a context may read; nothing is left out where nobody in particular asks. */
export const seesAll = ({ sees = 'everywhere' }: Pick<Context, 'sees'>): boolean => sees === 'everywhere'

/** Whether what is in an environment may be read; what belongs to none is everybody's. */
export function isSeen({ sees = 'everywhere' }: Pick<Context, 'sees'>, environmentId: string | null): boolean {
  return environmentId === null || sees === 'everywhere' || sees.has(environmentId)
}

/** The part of a table with an `environmentId` that may be read: a condition to spread into every list's. */
export function seen({ sees = 'everywhere' }: Pick<Context, 'sees'>): { environmentId?: { in: string[] } } {
  return sees === 'everywhere' ? {} : { environmentId: { in: [...sees] } }
}

/** The environments themselves that may be read. */
export function seenEnvironments({ sees = 'everywhere' }: Pick<Context, 'sees'>): { id?: { in: string[] } } {
  return sees === 'everywhere' ? {} : { id: { in: [...sees] } }
}

/** The slugs of those, to tell whether a text names one; null: all of them. */
export async function seenSlugs(ctx: Context, db: Reader = ctx.store.db): Promise<ReadonlySet<string> | null> {
  if (seesAll(ctx)) return null
  const rows = await db.environment.findMany({ where: seenEnvironments(ctx), select: { slug: true } })
  return new Set(rows.map(({ slug }) => slug))
}
