import { type ApplyFacts, type ApplyState, type OperationState, parseOnFailure } from '@rollcall/rollout'
import type { ApplyFactsRow } from '@rollcall/store'

/** A worker that gave no sign of life for this long is called silent. */
export const workerSilentSeconds = 20

/** The stored row as the core reads it. */
export function factsOf(row: ApplyFactsRow, now: Date): ApplyFacts {
  const onFailure = parseOnFailure(row.onFailure)
  const released = row.releasedAt !== null
  const pausing = onFailure === 'pause' && !released
  const continuable = onFailure === 'continue' || (onFailure === 'pause' && released)
  const silent = row.workerSeenAt === null || now.getTime() - row.workerSeenAt.getTime() > workerSilentSeconds * 1000
  return {
    sha: row.sha,
    environment: row.environment,
    component: row.component,
    onFailure: row.onFailure,
    maxStragglers: row.maxStragglers,
    batchSize: row.batchSize,
    soakSeconds: row.soakSeconds,
    requiresApproval: row.requiresApproval,
    approvedAt: row.approvedAt,
    rejectedAt: row.rejectedAt,
    supersededAt: row.supersededAt,
    supersededBy: row.supersededById,
    startedAt: row.startedAt,
    releasedAt: row.releasedAt,
    stopRequestedAt: row.stopRequestedAt,
    cancelRequestedAt: row.cancelRequestedAt,
    laneHeldBy:
      row.laneApplyId === null
        ? null
        : { applyId: row.laneApplyId, sha: row.laneSha ?? '', state: (row.laneState ?? 'pending') as ApplyState },
    newerTookOver: row.newerApplyId === null ? null : { applyId: row.newerApplyId, sha: row.newerSha ?? '' },
    workerSilentSince: silent ? (row.workerSeenAt ?? row.openedAt) : null,
    operations: {
      counts: countsOf(row),
      failedHard: pausing || continuable ? 0 : row.countFailed,
      failedPausing: pausing ? row.countFailed : 0,
      failedContinuable: continuable ? row.countFailed : 0,
      failedCanary: row.countFailedCanary,
      firstPausingFailurePosition: pausing ? row.firstFailedPosition : null,
      lastUnfinishedPosition: row.lastUnfinishedPosition,
    },
    onNewBuild: row.countOnNewBuild,
    canary:
      row.canarySlug === null || row.canaryState === null
        ? null
        : {
            slug: row.canarySlug,
            state: row.canaryState as OperationState,
            completedAt: row.canaryState === 'completed' ? row.canaryEndedAt : null,
          },
    firstFailure:
      row.failedOperationId === null
        ? null
        : {
            operationId: row.failedOperationId,
            slug: row.failedSlug ?? '',
            reason: row.failedReason ?? 'outcome_unknown',
            detail: row.failedDetail ?? '',
            observedSha: row.failedObservedSha,
          },
    nextRetryAt: row.nextRetryAt,
  }
}

export interface Counted {
  countPending: number
  countRunning: number
  countCompleted: number
  countFailed: number
  countRetryable: number
  countStopped: number
  countCancelled: number
  countRolledBack: number
  countSkipped: number
}

export function countsOf(row: Counted): Record<OperationState, number> {
  return {
    pending: row.countPending,
    running: row.countRunning,
    completed: row.countCompleted,
    failed: row.countFailed,
    failed_retryable: row.countRetryable,
    stopped: row.countStopped,
    cancelled: row.countCancelled,
    rolled_back: row.countRolledBack,
    skipped: row.countSkipped,
  }
}
