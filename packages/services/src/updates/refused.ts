import { ServiceError, type ServiceErrorCode } from '../errors.ts'

export interface Refusal {
  rule: string
  field: string
  message: string
  remedy: string
}

/** Rules about what was sent; the others are about how things stand here. */
const aboutInput: ReadonlySet<string> = new Set([
  'deploy_known',
  'source_repo',
  'environment_state',
  'artifacts',
  'sha',
])

/** A refusal of a rule, in the field's own words, which senders look for. Names the field and what would make it possible. */
export function refusedBy({ rule, field, message, remedy }: Refusal, code?: ServiceErrorCode): ServiceError {
  return new ServiceError(code ?? (aboutInput.has(rule) ? 'invalid' : 'refused'), message, {
    ...(field === '' ? {} : { field }),
    remedy,
    details: [{ code: rule, field: field === '' ? 'configuration' : field, message, remedy }],
  })
}
