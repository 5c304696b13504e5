import { notFound, type ServiceError } from '../errors.ts'

export function updateNotFound(id: string): ServiceError {
  return notFound('external update', id, 'id', 'List them with GET /api/v1/external-updates.')
}
