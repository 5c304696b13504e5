import type { Context, Reader } from '../context.ts'
import { environmentOf, type PlaceKind } from '../people/environment-of.ts'

/** What is of no environment and has a name of its own. */
export type NamedKind = 'person' | 'token' | 'trust' | 'secret' | 'promotion'

/** What an attempt was about, as it was named. */
export interface About {
  kind: PlaceKind | NamedKind
  name: string
}

const isThere = {
  person: (db, id) => db.user.findUnique({ where: { id }, select: { id: true } }),
  token: (db, id) => db.apiToken.findUnique({ where: { id }, select: { id: true } }),
  trust: (db, id) => db.ciTrust.findUnique({ where: { id }, select: { id: true } }),
  secret: (db, name) => db.secret.findUnique({ where: { name }, select: { name: true } }),
  promotion: (db, id) => db.promotion.findUnique({ where: { id }, select: { id: true } }),
} as const satisfies Record<NamedKind, (db: Reader, name: string) => Promise<unknown>>

const isNamed = (kind: About['kind']): kind is NamedKind => Object.hasOwn(isThere, kind)

/** What was named, as the audit names it, and its environment; null: there is nothing of that name. */
export async function foundAbout(
  ctx: Context,
  about: About,
): Promise<{ subjectType: About['kind']; subjectId: string; environmentId: string | null } | null> {
  const name = about.name.trim()
  const { kind } = about
  if (isNamed(kind)) {
    // PostgreSQL has no NUL, and what is longer than any name names nothing
    if (name === '' || name.length > 100 || name.includes('\0') || !name.isWellFormed()) return null
    const found = await isThere[kind](ctx.store.db, name)
    return found === null ? null : { subjectType: kind, subjectId: name, environmentId: null }
  }
  const environmentId = await environmentOf(ctx, kind, name)
  if (environmentId === null || environmentId === 'everywhere') return null
  return { subjectType: kind, subjectId: kind === 'environment' ? environmentId : name, environmentId }
}
