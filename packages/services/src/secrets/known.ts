import type { Reader } from '../context.ts'
import { notFound } from '../errors.ts'

/** Throws `not_found` for a name that nobody has used or set. */
export async function requireKnown(db: Reader, name: string): Promise<void> {
  const row = await db.secret.findUnique({ where: { name }, select: { name: true } })
  if (row === null) throw notFound('secret', name, 'name', 'Name one that GET /secrets lists.')
}
