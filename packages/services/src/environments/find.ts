import type { Environment } from '@rollcall/store'
import type { Reader } from '../context.ts'
import { notFound, type ServiceError } from '../errors.ts'

/** The environment of that slug; throws `not_found`. */
export async function findEnvironment(db: Reader, slug: string): Promise<Environment> {
  const environment = await db.environment.findUnique({ where: { slug } })
  if (!environment) throw environmentNotFound(slug)
  return environment
}

export function environmentNotFound(slug: string): ServiceError {
  return notFound('environment', slug, 'environment', 'List them with GET /api/v1/environments.')
}
