import type { z } from 'zod'
import type { RefusalView } from './views.ts'

/**
 * invalid: the input cannot be understood · not_found: there is nothing of that name · refused: understood, but the
 * state of the world does not allow it · conflict: somebody else was faster, or the same key means something else ·
 * forbidden: it is possible, but not for the one who asks.
 */
export type ServiceErrorCode = 'invalid' | 'not_found' | 'refused' | 'conflict' | 'forbidden'

/** The one error that services throw on purpose: names the field and what would make it possible. */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode
  readonly field: string | null
  readonly remedy: string | null
  readonly details: readonly RefusalView[]

  constructor(
    code: ServiceErrorCode,
    message: string,
    more: { field?: string; remedy?: string; details?: readonly RefusalView[] } = {},
  ) {
    super(message)
    this.name = 'ServiceError'
    this.code = code
    this.field = more.field ?? null
    this.remedy = more.remedy ?? null
    this.details = more.details ?? []
  }
}

/** A list of twenty thousand wrong names is refused by the first of them. */
const toldProblems = 20

/** Parses at the door: answers typed input, or throws `invalid` with one refusal per field. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const details = result.error.issues.slice(0, toldProblems).flatMap(problemsOf).slice(0, toldProblems)
  const first = details[0]
  throw new ServiceError('invalid', first?.message ?? 'The input cannot be understood.', { ...first, details })
}

function problemsOf(issue: z.core.$ZodIssue): RefusalView[] {
  const { code } = issue
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const field = key.slice(0, 80)
      return { code, field, message: `${field} is not a known field`, remedy: `Leave ${field} out.` }
    })
  }
  // where several shapes would do, the first one says what is wrong
  const inner = issue.code === 'invalid_union' ? issue.errors[0]?.[0] : undefined
  const field = [...issue.path, ...(inner?.path ?? [])].map(String).join('.') || 'body'
  return [{ code, field, message: `${field}: ${(inner ?? issue).message}`, remedy: `Correct ${field}.` }]
}

export function notFound(what: string, name: string, field: string, remedy: string): ServiceError {
  return new ServiceError('not_found', `There is no ${what} ${JSON.stringify(name.slice(0, 80))}.`, { field, remedy })
}
