import { type ApplyState, applyActions, type Hold, projectApply, type ReleaseStatus } from '@rollcall/rollout'
import { type ApplyFactsRow, loadApplyFacts, type Prisma } from '@rollcall/store'
import { type Counted, countsOf, factsOf } from '../applies/facts.ts'
import { applyNotFound } from '../applies/not-found.ts'
import type { Reader } from '../context.ts'
import type { ApplyRow, ApplyView, HoldView } from '../views.ts'

/** States in which nothing goes on until a person decides. */
const needsPerson: ReadonlySet<string> = new Set(['awaiting_approval', 'paused'])

/** One apply as it is derived from its facts at this moment; throws `not_found`. */
export async function applyView(db: Reader, id: string, now: Date): Promise<ApplyView> {
  const row = await loadApplyFacts(db, id)
  if (!row) throw applyNotFound(id)
  const facts = factsOf(row, now)
  const projection = projectApply(facts, now)
  const from = await db.operation.groupBy({ by: ['fromSha'], where: { applyId: id }, _count: true })
  return {
    ...rowCommon(row),
    state: projection.state,
    settled: projection.settled,
    releaseStatus: projection.releaseStatus,
    headline: projection.headline,
    counts: projection.counts,
    endedAt: projection.terminal ? (row.endedAt?.toISOString() ?? null) : null,
    needsPerson: needsPerson.has(projection.state),
    planHash: row.planHash,
    onFailure: row.onFailure,
    maxStragglers: row.maxStragglers,
    batchSize: row.batchSize,
    soakSeconds: row.soakSeconds,
    canary: row.canarySlug,
    requiresApproval: row.requiresApproval,
    released: row.releasedAt !== null,
    approvedBy: row.approvedBy,
    approvedAt: row.approvedAt?.toISOString() ?? null,
    rejectedBy: row.rejectedBy,
    rejectedReason: row.rejectedReason,
    supersededBy: row.supersededById,
    cancelReason: row.cancelReason,
    heldBy: projection.heldBy.map(holdView),
    firstFailure: projection.firstFailure,
    because: projection.because,
    nextActions: projection.nextActions,
    actions: applyActions(facts, now),
    from: from.map(({ fromSha, _count }) => ({ sha: fromSha, targets: _count })).sort((a, b) => b.targets - a.targets),
    changeSeq: row.changeSeq,
    asOf: now.toISOString(),
  }
}

function rowCommon(row: ApplyFactsRow) {
  return {
    id: row.id,
    environment: row.environment,
    component: row.component,
    sha: row.sha,
    tag: row.tag,
    total: row.total,
    openedBy: row.openedBy,
    openedAt: row.openedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
  }
}

export function holdView(hold: Hold): HoldView {
  return { ...hold, until: hold.until?.toISOString() ?? null }
}

/** What lists are made of: the cached projection, which the last change of the apply wrote. */
export const applyRowSelect = {
  include: {
    environment: { select: { slug: true } },
    component: { select: { slug: true } },
    build: { select: { sha: true, tag: true } },
  },
} satisfies Prisma.ApplyDefaultArgs

type StoredApply = Prisma.ApplyGetPayload<typeof applyRowSelect>

export function applyRow(apply: StoredApply): ApplyRow {
  return {
    id: apply.id,
    environment: apply.environment.slug,
    component: apply.component.slug,
    sha: apply.build.sha,
    tag: apply.build.tag,
    state: apply.state as ApplyState,
    settled: apply.settled,
    releaseStatus: apply.releaseStatus as ReleaseStatus,
    headline: apply.headline,
    counts: countsOf(apply as Counted),
    total: apply.total,
    openedBy: apply.openedBy,
    openedAt: apply.openedAt.toISOString(),
    startedAt: apply.startedAt?.toISOString() ?? null,
    endedAt: apply.endedAt?.toISOString() ?? null,
    needsPerson: needsPerson.has(apply.state),
  }
}
