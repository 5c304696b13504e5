import type {
  Answer,
  ApplyState,
  ApplyVerb,
  Clause,
  Direction,
  Hold,
  OperationKind,
  OperationPhase,
  OperationState,
  ReleaseStatus,
  Verdict,
} from '@rollcall/rollout'

/**
 * What screens, REST and CLI are shown: plain JSON, times as ISO 8601 text in UTC, shas in full.
 * Claim and observation are never merged into one field.
 */
export type Iso = string

export interface BuildRef {
  id: string
  sha: string
  branch: string
  tag: string
  orderedAt: Iso
  publishedAt: Iso
}

export interface ApplyRow {
  id: string
  environment: string
  component: string
  sha: string
  tag: string
  state: ApplyState
  settled: boolean
  releaseStatus: ReleaseStatus
  headline: string
  counts: Record<OperationState, number>
  total: number
  openedBy: string
  openedAt: Iso
  startedAt: Iso | null
  endedAt: Iso | null
  /** a person is needed before anything goes on */
  needsPerson: boolean
}

export interface FirstFailure {
  operationId: string
  slug: string
  reason: string
  detail: string
  observedSha: string | null
}

export interface HoldView extends Omit<Hold, 'until'> {
  until: Iso | null
}

export interface ApplyView extends ApplyRow {
  planHash: string
  onFailure: string
  maxStragglers: number
  batchSize: number
  soakSeconds: number
  canary: string | null
  requiresApproval: boolean
  released: boolean
  approvedBy: string | null
  approvedAt: Iso | null
  rejectedBy: string | null
  rejectedReason: string | null
  supersededBy: string | null
  cancelReason: string | null
  heldBy: HoldView[]
  firstFailure: FirstFailure | null
  because: Clause[]
  nextActions: { verb: ApplyVerb; label: string }[]
  actions: Record<ApplyVerb, Answer>
  /** distinct builds the targets ran when the plan was made, most frequent first; sha null = ran nothing */
  from: { sha: string | null; targets: number }[]
  changeSeq: number
  asOf: Iso
}

export interface OperationRow {
  id: string
  position: number
  batch: number
  slug: string
  canary: boolean
  kind: OperationKind
  direction: Direction
  fromSha: string | null
  toSha: string
  state: OperationState
  phase: OperationPhase | null
  attempt: number
  attemptLimit: number
  retryAt: Iso | null
  startedAt: Iso | null
  endedAt: Iso | null
  /** what the control plane said */
  claim: string | null
  claimDetail: string | null
  claimedAt: Iso | null
  /** what the target itself answered */
  observedKind: string | null
  observedSha: string | null
  observedAt: Iso | null
  verdict: Verdict | null
  failureReason: string | null
  failureDetail: string | null
  /** why it waits and behind what; null when it does not wait */
  waitsFor: string | null
}

export interface AttemptView {
  number: number
  driver: string | null
  startedAt: Iso
  askedAt: Iso | null
  claimedAt: Iso | null
  claim: string | null
  claimDetail: string | null
  claimHttpStatus: number | null
  claimTransport: string | null
  settleUntil: Iso | null
  /** the run of a forge that brings it, where one does */
  runId: string | null
  runUrl: string | null
  looks: number
  observedKind: string | null
  observedSha: string | null
  observedAt: Iso | null
  observedDetail: string | null
  endedAt: Iso | null
  outcome: string | null
  failureReason: string | null
  failureDetail: string | null
}

export interface OperationView extends OperationRow {
  apply: ApplyRow
  attempts: AttemptView[]
  actions: { retry: Answer }
}

export interface FleetTarget {
  slug: string
  verdict: Verdict
  expectedSha: string | null
  observedSha: string | null
  observedAt: Iso | null
  /** since when it has answered this */
  since: Iso | null
  reason: string
  /** the apply that asked for the expected build */
  applyId: string | null
  enumerated: boolean
}

export interface FleetView {
  environment: string
  component: string
  asOf: Iso
  sweptAt: Iso | null
  sweepOutcome: string | null
  sweepDetail: string | null
  headline: string
  verdicts: Record<Verdict, number>
  targets: FleetTarget[]
}

export interface TargetView {
  environment: string
  slug: string
  /** null: nobody can be asked what runs here */
  url: string | null
  enumerated: boolean
  components: {
    component: string
    current: FleetTarget
    history: {
      kind: string
      sha: string | null
      reason: string | null
      detail: string | null
      fromAt: Iso
      toAt: Iso | null
    }[]
  }[]
  operations: (OperationRow & { applyId: string; applyState: ApplyState; component: string })[]
}

export interface EnvironmentView {
  slug: string
  name: string
  controlPlaneUrl: string | null
  tenantUrlTemplate: string | null
  settleBudgetSeconds: number
  pollSeconds: number
  sweptAt: Iso | null
  sweepOutcome: string | null
  sweepDetail: string | null
  targets: number
}

export interface OverviewView {
  headline: string
  waiting: (ApplyView & { waitingSince: Iso; sentence: string })[]
  moving: ApplyRow[]
  recent: ApplyRow[]
  environments: {
    slug: string
    name: string
    component: string | null
    verdicts: Record<Verdict, number>
    total: number
    sweptAt: Iso | null
    sweepOutcome: string | null
    sweepDetail: string | null
    /** builds the fleet runs, most frequent first */
    builds: { sha: string; targets: number }[]
  }[]
  builds: number
  asOf: Iso
}

/** Why something is refused, on which field, and what would make it possible. */
export interface RefusalView {
  code: string
  field: string
  message: string
  remedy: string
  /** where it is about a text that was sent: the line, from 1 */
  line?: number | null
}

/** How an apply goes. */
export interface ApplyTerms {
  batchSize: number
  soakSeconds: number
  onFailure: string
  maxStragglers: number
  requiresApproval: boolean
  canary: string | null
}

export interface PlanPreview {
  planHash: string | null
  refusals: RefusalView[]
  /** as it was asked for, and by the policy there what was left out */
  policy: ApplyTerms
  /** why an approval is needed, whatever is asked; null: nothing needs one */
  approvalKept: RefusalView | null
  summary: {
    total: number
    start: number
    replace: number
    none: number
    back: number
    unknown: number
    batches: number
    notEnumerated: string[]
  } | null
  operations: {
    position: number
    batch: number
    slug: string
    kind: OperationKind
    direction: Direction
    canary: boolean
    fromSha: string | null
    toSha: string
    verdict: Verdict
  }[]
  /** applies that wait in this lane and would be superseded */
  supersedes: { id: string; sha: string; state: ApplyState }[]
  /** the unsettled apply that this one would wait behind */
  waitsBehind: { id: string; sha: string; state: ApplyState } | null
}

export interface Liveness {
  /** the newest sign of life of any worker; null when none was ever seen */
  workerSeenAt: Iso | null
  workerSilent: boolean
  workers: number
  sweptAt: Iso | null
  asOf: Iso
}

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}
