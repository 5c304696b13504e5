import type { Capability } from '@rollcall/rollout'
import { ServiceError } from '@rollcall/services'
import { z } from 'zod'

/** Every way in which a request can be answered with "no", with its HTTP status. */
export const faultStatus = {
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  refused: 409,
  conflict: 409,
  too_large: 413,
  unsupported_type: 415,
  invalid: 422,
  too_many_attempts: 429,
  internal: 500,
  unavailable: 503,
} as const

export type FaultCode = keyof typeof faultStatus

export interface FieldFault {
  /** stable name of the rule that was broken, where the one who refuses gives one */
  code?: string
  field: string | null
  message: string
  remedy: string | null
  /** of a text that was sent, from 1 */
  line?: number | null
}

export interface Fault extends Omit<FieldFault, 'code'> {
  code: FaultCode
  /** the single findings, when there is more than one or when a service named them */
  errors: FieldFault[]
  /** what who asked would have to hold */
  missing?: Capability
  headers?: Record<string, string>
}

/** A refusal that the door itself makes, before any service is asked. */
export class DoorError extends Error {
  readonly fault: Fault
  constructor(code: FaultCode, message: string, more: Partial<Omit<Fault, 'code' | 'message'>> = {}) {
    super(message)
    this.name = 'DoorError'
    this.fault = { code, message, field: null, remedy: null, errors: [], ...more }
  }
}

/** The one mapping from what was thrown to what is answered; tRPC and REST only dress it differently. */
export function faultOf(error: unknown): Fault {
  if (error instanceof DoorError) return error.fault
  if (error instanceof ServiceError) return serviceFault(error)
  if (error instanceof z.ZodError) return zodFault(error)
  const codes = codesOf(error)
  if (codes.some((code) => outOfReach.has(code)) || isCutOff(error)) {
    return {
      code: 'unavailable',
      message: 'The database does not answer.',
      field: null,
      remedy: 'Try again in a moment; nothing was changed.',
      errors: [],
      headers: { 'retry-after': '5' },
    }
  }
  if (codes.some((code) => schemaMissing.has(code))) {
    return {
      code: 'unavailable',
      message: "The database does not have this version's schema.",
      field: null,
      remedy: 'Run the migrations of this version.',
      errors: [],
    }
  }
  return {
    code: 'internal',
    message: 'Something went wrong inside Rollcall.',
    field: null,
    remedy: 'Give the request id to whoever runs Rollcall: its log has the cause.',
    errors: [],
  }
}

function serviceFault({ code, message, field, remedy, details }: ServiceError): Fault {
  const errors = details.map(({ code, field, message, remedy, line }) => ({
    code,
    field,
    message,
    remedy,
    ...(line === undefined ? {} : { line }),
  }))
  return { code, message, field, remedy, errors }
}

function zodFault(error: z.ZodError): Fault {
  const errors = error.issues.map((issue) => ({
    field: issue.path.join('.') || null,
    message: issue.message,
    remedy: null,
  }))
  const [first] = errors
  return {
    code: 'invalid',
    message: first?.field ? `${first.field}: ${first.message}` : (first?.message ?? 'The input is not valid.'),
    field: first?.field ?? null,
    remedy: null,
    errors,
  }
}

/** Codes of the driver and of Prisma that mean "not there right now", wherever in the chain of causes they stand. */
const outOfReach = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '28000',
  '28P01',
  '3D000',
  '53300',
])

/** What the driver says without a code when a connection breaks off, or is not made in time. */
const cutOff =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

function isCutOff(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 4) return false
  return cutOff.test(error.message) || isCutOff(error.cause, depth + 1)
}

/** A table or column is not there. */
const schemaMissing = new Set(['P2021', 'P2022', '42P01', '42703'])

/** The codes in the chain of causes, the outermost first. */
export function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 4) return []
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return [...(typeof code === 'string' ? [code] : []), ...codesOf(cause, depth + 1)]
}
