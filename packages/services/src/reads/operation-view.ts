import {
  type Direction,
  type OperationKind,
  type OperationPhase,
  type OperationState,
  operationActions,
  parseFailureReason,
  projectApply,
  type Verdict,
} from '@rollcall/rollout'
import { type Attempt, loadApplyFacts, type Operation } from '@rollcall/store'
import { factsOf } from '../applies/facts.ts'
import type { Reader } from '../context.ts'
import { operationNotFound } from '../operations/not-found.ts'
import type { AttemptView, HoldView, OperationRow, OperationView } from '../views.ts'
import { applyRow, applyRowSelect, holdView } from './apply-view.ts'

/** One operation with all its attempts; throws `not_found`. */
export async function operationView(db: Reader, id: string, now: Date): Promise<OperationView> {
  const operation = await db.operation.findUnique({
    where: { id },
    include: { attempts: { orderBy: { number: 'desc' } }, apply: applyRowSelect },
  })
  if (!operation) throw operationNotFound(id)
  const row = await loadApplyFacts(db, operation.applyId)
  if (!row) throw operationNotFound(id)
  const facts = factsOf(row, now)
  const holds = projectApply(facts, now).heldBy.map(holdView)
  const state = operation.state as OperationState
  return {
    ...operationRow(operation, operation.apply.build.sha, holds),
    apply: applyRow(operation.apply),
    attempts: operation.attempts.map(attemptView),
    actions: operationActions(
      { state, slug: operation.slug, reason: parseFailureReason(operation.failureReason) },
      facts,
      now,
    ),
  }
}

export function operationRow(operation: Operation, toSha: string, holds: readonly HoldView[]): OperationRow {
  return {
    id: operation.id,
    position: operation.position,
    batch: operation.batch,
    slug: operation.slug,
    canary: operation.canary,
    kind: operation.kind as OperationKind,
    direction: operation.direction as Direction,
    fromSha: operation.fromSha,
    toSha,
    state: operation.state as OperationState,
    phase: operation.phase as OperationPhase | null,
    attempt: operation.attemptCount,
    attemptLimit: operation.attemptLimit,
    retryAt: iso(operation.retryAt),
    startedAt: iso(operation.startedAt),
    endedAt: iso(operation.endedAt),
    claim: operation.claim,
    claimDetail: operation.claimDetail,
    claimedAt: iso(operation.claimedAt),
    observedKind: operation.observedKind,
    observedSha: operation.observedSha,
    observedAt: iso(operation.observedAt),
    verdict: operation.verdict as Verdict | null,
    failureReason: operation.failureReason,
    failureDetail: operation.failureDetail,
    waitsFor: waitsFor(operation, holds),
  }
}

/** What has not started waits for what holds the apply; what will be tried again waits for its time. */
function waitsFor({ state, retryAt }: Operation, holds: readonly HoldView[]): string | null {
  if (state === 'failed_retryable') return retryAt ? `the next attempt at ${retryAt.toISOString()}` : 'the next attempt'
  if (state !== 'pending') return null
  return holds.find((hold) => hold.kind !== 'retry_backoff')?.text ?? 'its turn'
}

function attemptView(attempt: Attempt): AttemptView {
  return {
    number: attempt.number,
    driver: attempt.driver,
    startedAt: attempt.startedAt.toISOString(),
    askedAt: iso(attempt.askedAt),
    claimedAt: iso(attempt.claimedAt),
    claim: attempt.claim,
    claimDetail: attempt.claimDetail,
    claimHttpStatus: attempt.claimHttpStatus,
    claimTransport: attempt.claimTransport,
    settleUntil: iso(attempt.settleUntil),
    runId: attempt.runId,
    runUrl: attempt.runUrl,
    looks: attempt.looks,
    observedKind: attempt.observedKind,
    observedSha: attempt.observedSha,
    observedAt: iso(attempt.observedAt),
    observedDetail: attempt.observedDetail,
    endedAt: iso(attempt.endedAt),
    outcome: attempt.outcome,
    failureReason: attempt.failureReason,
    failureDetail: attempt.failureDetail,
  }
}

const iso = (at: Date | null) => at?.toISOString() ?? null
