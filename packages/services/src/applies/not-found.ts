import { notFound, type ServiceError } from '../errors.ts'

export function applyNotFound(id: string): ServiceError {
  return notFound('apply', id, 'id', 'List the applies with GET /api/v1/applies.')
}
