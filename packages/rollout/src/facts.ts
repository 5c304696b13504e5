import type { OperationsAggregate } from './aggregate.ts'
import type { ApplyState, OperationState } from './states.ts'

/**
 * What is known about one apply. The services load it, everything in this room reads it, nothing here writes it.
 * The operations come as an aggregate: no decision costs more in a larger fleet.
 */
export interface ApplyFacts {
  onFailure: string
  maxStragglers: number
  batchSize: number
  soakSeconds: number
  requiresApproval: boolean
  approvedAt: Date | null
  rejectedAt: Date | null
  supersededAt: Date | null
  /** id of the apply that took this one's place in line */
  supersededBy: string | null
  startedAt: Date | null
  releasedAt: Date | null
  stopRequestedAt: Date | null
  cancelRequestedAt: Date | null
  /** the unsettled apply that holds the lane, when it is another one */
  laneHeldBy: { applyId: string; sha: string; state: ApplyState } | null
  /** a newer build's apply of this lane that started after this one */
  newerTookOver: { applyId: string; sha: string } | null
  /** nobody drives: the time of the last worker heartbeat when it is too old, null when all is well */
  workerSilentSince: Date | null
  operations: OperationsAggregate
  /** operations proven on the new build by the target's own answer */
  onNewBuild: number
  canary: { slug: string; state: OperationState; completedAt: Date | null } | null
  /** earliest failed operation in rollout order */
  firstFailure: {
    operationId: string
    slug: string
    reason: string
    detail: string
    observedSha: string | null
  } | null
  /** earliest retry of an operation in failed_retryable */
  nextRetryAt: Date | null
  sha: string
  environment: string
  component: string
}

/** What `advanceApply` needs on top: the few operations that could be started next. */
export interface AdvanceFacts extends ApplyFacts {
  /** the next pending operations in rollout order, at most `batchSize` of them */
  nextPending: readonly { id: string; slug: string; canary: boolean }[]
  /** operations in failed_retryable whose time has come */
  dueRetries: readonly { id: string; slug: string; retryAt: Date }[]
}
