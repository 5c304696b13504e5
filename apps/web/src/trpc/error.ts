import { TRPCClientError } from '@trpc/client'
import type { AppRouter } from '../server/trpc/router.ts'

/** What the server said when it said no: one sentence, the field it is about, and what would help. */
export interface Refusal {
  message: string
  code: string
  field: string | null
  remedy: string | null
  details: { field: string | null; message: string; remedy: string | null; line?: number | null }[]
  requestId: string | null
}

/** The refusal inside a failed call; null when the server did not answer at all (or the failure is the page's own). */
export function refusalOf(error: unknown): Refusal | null {
  if (!isTrpcError(error) || !error.data) return null
  const { rollcall, requestId } = error.data
  return { message: error.message, ...rollcall, requestId }
}

export function needsSignIn(error: unknown): boolean {
  return isTrpcError(error) && error.data?.code === 'UNAUTHORIZED'
}

/** True for failures that another try may get past: no answer, or an answer of 5xx. */
export function mayPass(error: unknown): boolean {
  if (!isTrpcError(error)) return false
  return !error.data || error.data.httpStatus >= 500
}

function isTrpcError(error: unknown): error is TRPCClientError<AppRouter> {
  return error instanceof TRPCClientError
}
