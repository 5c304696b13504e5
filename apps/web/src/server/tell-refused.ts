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
  if (code !== 'forbidden' && !(code === 'refused' && changes && isMeant(access, input))) return
  const capability = access.kind === 'may' ? access.capability : (ownNeeds(access) ?? access.kind)
  auditRefused(ctx, {
    action: capability,
    entry,
    missing: code === 'forbidden' ? (missing ?? capability) : null,
    rule: code === 'refused' ? (errors[0]?.code ?? null) : null,
    reason: message,
    about: aboutOf(access, input),
  })
}

/** What is needed for what is not one's own: that is what was tried. */
const ownNeeds = (access: Access) => (access.kind === 'own' ? access.overrides[0]?.capability : undefined)

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
