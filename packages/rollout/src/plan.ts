import { batchEndIndexes } from './batches.ts'
import { canonicalJson } from './canonical.ts'
import { type BuildOrder, shaMatches } from './order.ts'
import { type Refusal, refusalsOf } from './plan-refusals.ts'
import { type OperationKind, parseOnFailure } from './states.ts'

export interface PlanTarget {
  id: string
  slug: string
  /** the control plane's last answer named it */
  enumerated: boolean
  /** what its own answer says it runs; null when it runs nothing known */
  observedSha: string | null
}

export interface PlanInput {
  /** full sha of the build to bring */
  sha: string
  /** in the control plane's order */
  fleet: readonly PlanTarget[]
  /** slugs; null is the whole fleet, an empty list is refused */
  selection: readonly string[] | null
  canary: string | null
  batchSize: number
  soakSeconds: number
  onFailure: string
  maxStragglers: number
  requiresApproval: boolean
  /** what the new build is, compared with the one a target runs */
  orderOf: (fromSha: string) => BuildOrder
  allowDowngrade: boolean
  allowUnknownOrder: boolean
}

/** Where an operation moves its target: `first` when it runs nothing yet, `same` when it is there already. */
export const directions = ['first', 'same', 'forward', 'back', 'unknown'] as const
export type Direction = (typeof directions)[number]

export interface PlannedOperation {
  position: number
  /** counts from 0; with a canary, batch 0 is the canary alone */
  batch: number
  targetId: string
  slug: string
  kind: OperationKind
  fromSha: string | null
  toSha: string
  direction: Direction
  canary: boolean
}

export interface PlanSummary {
  total: number
  start: number
  replace: number
  none: number
  back: number
  unknown: number
  batches: number
  /** slugs of known targets that the control plane's last answer left out, so the plan leaves them out too */
  notEnumerated: string[]
}

export interface Plan {
  operations: PlannedOperation[]
  summary: PlanSummary
  /** canonical JSON: what the plan hash is taken over */
  canonical: string
}

/**
 * Orders the operations that bring one build to the chosen targets: the canary alone first, then batches in fleet
 * order. Answers every reason to refuse at once, never a shortened plan. An unknown `onFailure` becomes `halt`.
 */
export function planApply(input: PlanInput): { ok: true; plan: Plan } | { ok: false; refusals: Refusal[] } {
  const chosen = chooseTargets(input).map((target) => ({ target, ...moveOf(target, input) }))
  const refusals = refusalsOf(
    input,
    chosen.map(({ target, direction }) => ({ slug: target.slug, direction })),
  )
  if (refusals.length > 0) return { ok: false, refusals }

  const isCanary = (slug: string) => slug === input.canary
  const ordered = [
    ...chosen.filter(({ target }) => isCanary(target.slug)),
    ...chosen.filter(({ target }) => !isCanary(target.slug)),
  ]
  const ends = batchEndIndexes(input.canary === null ? 'rolling' : 'canary', input.batchSize, ordered.length)
  let batch = 0
  const operations = ordered.map(({ target, kind, direction }, position): PlannedOperation => {
    while (position >= (ends[batch] ?? Number.POSITIVE_INFINITY)) batch += 1
    return {
      position,
      batch,
      targetId: target.id,
      slug: target.slug,
      kind,
      fromSha: target.observedSha === null ? null : target.observedSha.toLowerCase(),
      toSha: input.sha.toLowerCase(),
      direction,
      canary: isCanary(target.slug),
    }
  })
  const notEnumerated = input.fleet.filter((target) => !target.enumerated).map(({ slug }) => slug)
  const summary = summarise(operations, ends.length, input.selection === null ? notEnumerated : [])
  return { ok: true, plan: { operations, summary, canonical: canonicalPlan(input, operations, summary) } }
}

/** The targets that were asked for and can be reached: all that were enumerated, or the explicit selection. */
function chooseTargets({ fleet, selection }: PlanInput): PlanTarget[] {
  if (selection === null) return fleet.filter((target) => target.enumerated)
  const wanted = new Set(selection)
  return fleet.filter((target) => target.enumerated && wanted.has(target.slug))
}

function moveOf(
  { observedSha }: PlanTarget,
  { sha, orderOf }: PlanInput,
): { kind: OperationKind; direction: Direction } {
  if (observedSha === null) return { kind: 'start', direction: 'first' }
  if (shaMatches(observedSha, sha)) return { kind: 'none', direction: 'same' }
  const order = orderOf(observedSha)
  // Two different commits cannot be the same build: an order that says so is no answer.
  const direction = order === 'newer' ? 'forward' : order === 'older' ? 'back' : 'unknown'
  return { kind: 'replace', direction }
}

function summarise(operations: readonly PlannedOperation[], batches: number, notEnumerated: string[]): PlanSummary {
  const count = (matches: (operation: PlannedOperation) => boolean) => operations.filter(matches).length
  return {
    total: operations.length,
    start: count(({ kind }) => kind === 'start'),
    replace: count(({ kind }) => kind === 'replace'),
    none: count(({ kind }) => kind === 'none'),
    back: count(({ direction }) => direction === 'back'),
    unknown: count(({ direction }) => direction === 'unknown'),
    batches,
    notEnumerated,
  }
}

// Everything an approver agrees to is in here: who moves where, in which order, under which policy, and who is left out.
function canonicalPlan(input: PlanInput, operations: readonly PlannedOperation[], summary: PlanSummary): string {
  return canonicalJson({
    version: 1,
    sha: input.sha.toLowerCase(),
    policy: {
      canary: input.canary,
      batchSize: input.batchSize,
      soakSeconds: input.soakSeconds,
      onFailure: parseOnFailure(input.onFailure),
      maxStragglers: input.maxStragglers,
      requiresApproval: input.requiresApproval,
      allowDowngrade: input.allowDowngrade,
      allowUnknownOrder: input.allowUnknownOrder,
    },
    operations: operations.map((operation) => ({ ...operation })),
    notEnumerated: [...summary.notEnumerated],
  })
}
