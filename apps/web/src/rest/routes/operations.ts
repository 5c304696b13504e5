import { getOperation, getOperationInput, retryOperation, retryOperationInput } from '@rollcall/services'
import { at, may } from '../../server/access.ts'
import { gives, type Route } from '../route.ts'

const noun = 'operation'

export const operationRoutes: Route[] = [
  {
    method: 'GET',
    path: '/operations/:id',
    access: may('read', at.operation()),
    summary: "Read one operation: its attempts, what was claimed and what the target's own answer was",
    input: getOperationInput,
    answers: { 200: 'The operation' },
    noun,
    handle: gives(getOperation),
  },
  {
    method: 'POST',
    path: '/operations/:id/retry',
    access: may('apply.retry', at.operation()),
    summary: 'Put one failed operation back in line',
    input: retryOperationInput,
    answers: { 200: 'The operation as it is now' },
    noun,
    handle: gives(retryOperation),
  },
]
