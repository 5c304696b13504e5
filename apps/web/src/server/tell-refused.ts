import { denialOf } from '@rollcall/rollout'
import { auditRefused, type Context, isRecorded } from '@rollcall/services'
import type { Access } from './access.ts'
import { faultOf } from './faults.ts'

export interface Attempt {
  /** as whoever asked knows it: `POST /applies/:id/release`, `applies.release` */
  entry: string
  access: Access
  /** it would have changed something */
  changes: boolean
  input: unknown
}

/**
 * Has the audit know of what somebody who is known was refused: what they lacked the capability for, reading included,
 * and what the state of the world did not allow them to change. Returns at once.
 */
export function tellRefused(ctx: Context, { entry, access, changes, input }: Attempt, error: unknown): void {
  if (isRecorded(error)) return
  const { code, message, errors, missing = null } = faultOf(error)
  // what somebody may not see is not there for them; for those who read the audit it is
  const isHidden = code === 'not_found' && missing !== null
  if (code !== 'forbidden' && !isHidden && !(code === 'refused' && changes && isMeant(access, input))) return
  const capability = access.kind === 'may' ? access.capability : access.kind
  auditRefused(ctx, {
    action: capability,
    entry,
    missing: missing ?? (code === 'forbidden' ? capability : null),
    rule: code === 'refused' ? (errors[0]?.code ?? null) : null,
    reason: isHidden ? denialOf(missing, 'there') : message,
    about: aboutOf(access, input),
  })
}

/** A dry run and a preview try nothing. */
function isMeant(access: Access, input: unknown): boolean {
  const { dryRun, dry_run } = fieldsOf(input)
  return dryRun !== true && dry_run !== true && !(access.kind === 'may' && access.capability === 'read')
}

function aboutOf(access: Access, input: unknown) {
  if (access.kind !== 'may' || typeof access.scope === 'string') return null
  const name = fieldsOf(input)[access.scope.field]
  return typeof name === 'string' ? { kind: access.scope.of, name } : null
}

const fieldsOf = (input: unknown): Record<string, unknown> =>
  typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {}
