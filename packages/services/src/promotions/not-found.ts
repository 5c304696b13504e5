import { notFound, type ServiceError } from '../errors.ts'

export function promotionNotFound(id: string): ServiceError {
  return notFound('promotion', id, 'id', 'List the promotions with GET /api/v1/promotions.')
}
