import { type Capability, denialOf } from '@rollcall/rollout'
import { type About, auditRefused, type Context, isRecorded } from '@rollcall/services'
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
  const isNo = code === 'refused' || code === 'conflict'
  if (code !== 'forbidden' && !isHidden && !(isNo && changes && isMeant(access, input))) return
  const rule = errors[0]?.code ?? null
  const tried = capabilityOf(access)
  auditRefused(ctx, {
    action: tried ?? access.kind,
    entry,
    missing: missing ?? (code === 'forbidden' && rule === null ? (tried ?? access.kind) : null),
    rule: isHidden ? null : rule,
    reason: isHidden ? denialOf(missing, 'there') : message,
    about: aboutOf(access, input),
  })
}

/** What was tried; where one's own needs nothing, what is needed for anything else. */
function capabilityOf(access: Access): Capability | undefined {
  if (access.kind === 'may') return access.capability
  return access.kind === 'own' ? access.overrides[0]?.capability : undefined
}

/** A dry run and a preview try nothing. */
function isMeant(access: Access, input: unknown): boolean {
  const { dryRun, dry_run } = fieldsOf(input)
  return dryRun !== true && dry_run !== true && !(access.kind === 'may' && access.capability === 'read')
}

function aboutOf(access: Access, input: unknown): About | null {
  const capability = capabilityOf(access)
  if (capability === undefined) return null
  const scope = access.kind === 'may' ? access.scope : 'everywhere'
  const [kind, field] = typeof scope === 'string' ? (ofNoPlace[capability] ?? []) : [scope.of, scope.field]
  const name = field === undefined ? undefined : fieldsOf(input)[field]
  return kind !== undefined && typeof name === 'string' ? { kind, name } : null
}

/** What an entry of such a capability names where it is of no environment, and by which field. */
const ofNoPlace: Partial<Record<Capability, [About['kind'], string]>> = {
  'people.manage': ['person', 'id'],
  'token.create': ['token', 'id'],
  'token.manage': ['token', 'id'],
  'trust.manage': ['trust', 'id'],
  'secret.manage': ['secret', 'name'],
  'promotion.open': ['promotion', 'id'],
  'promotion.undo': ['promotion', 'id'],
}

const fieldsOf = (input: unknown): Record<string, unknown> =>
  typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {}
