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

/** A refusal of a rule: names the rule, the field and what would make it possible. */
export function refusedBy({ rule, field, message, remedy }: Refusal, code?: ServiceErrorCode): ServiceError {
  // a sentence that begins with a component's name keeps it as it is
  const first = /^\S+ in /.test(message) ? message.charAt(0) : message.charAt(0).toUpperCase()
  const sentence = `${first}${message.slice(1)}${/[.!?…]$/.test(message) ? '' : '.'}`
  return new ServiceError(code ?? (aboutInput.has(rule) ? 'invalid' : 'refused'), sentence, {
    ...(field === '' ? {} : { field }),
    remedy,
    details: [{ code: rule, field: field === '' ? 'configuration' : field, message: sentence, remedy }],
  })
}
