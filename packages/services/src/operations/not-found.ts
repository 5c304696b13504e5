import { notFound, type ServiceError } from '../errors.ts'

export function operationNotFound(id: string): ServiceError {
  return notFound('operation', id, 'id', 'List them with GET /api/v1/applies/:id/operations.')
}
