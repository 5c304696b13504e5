import {
  type ApplyState,
  failureReasons,
  parseFailureReason,
  projectApply,
  type UpdateApplyFacts,
  type UpdateDeploys,
  type UpdateFacts,
} from '@rollcall/rollout'
import { type ExternalUpdate, loadApplyFacts } from '@rollcall/store'
import { factsOf } from '../applies/facts.ts'
import type { Reader } from '../context.ts'
import { ringOf } from './slot.ts'

export interface LoadedUpdate {
  row: ExternalUpdate
  facts: UpdateFacts
  apply: (UpdateApplyFacts & { headline: string; component: string }) | null
  run: { id: string; url: string | null } | null
}

export interface StoredOpenRefusal {
  code: string
  field: string
  message: string
  remedy: string
  temporary: boolean
}

/** The facts of some updates as the core reads them, in their order; the queries do not grow with their number. */
export async function loadUpdates(db: Reader, rows: readonly ExternalUpdate[], now: Date): Promise<LoadedUpdate[]> {
  const applyIds = rows.flatMap(({ applyId }) => applyId ?? [])
  const [applies, runs, slots] = await Promise.all([
    loadApplies(db, applyIds, now),
    loadRuns(db, applyIds),
    loadSlots(db, rows),
  ])
  return rows.map((row) => {
    const apply = (row.applyId && applies.get(row.applyId)) || null
    const slot = slots.get(`${row.environmentId} ${row.deployName}`)
    const back = slot?.updateId === row.id ? ringOf(slot).find(({ sha }) => sha !== slot.sha) : undefined
    const facts: UpdateFacts = {
      deployName: row.deployName,
      environment: row.environment,
      sha: row.sha,
      version: row.version,
      refused:
        row.refusedRule === null
          ? null
          : { rule: row.refusedRule, message: row.refusedMessage ?? '', remedy: row.refusedRemedy ?? '' },
      sameAs: row.sameAsId,
      recordedAt: row.recordedAt,
      supersededBy: row.supersededAt === null ? null : (row.supersededById ?? ''),
      deploys: row.deploys as UpdateDeploys,
      openRefusal: row.openRefusal as unknown as StoredOpenRefusal | null,
      apply,
      canGoBackTo: back ? { sha: back.sha, version: back.version } : null,
    }
    const run = (row.applyId && runs.get(row.applyId)) || null
    return { row, facts, apply, run: run ?? (row.runId === null ? null : { id: row.runId, url: null }) }
  })
}

async function loadApplies(db: Reader, ids: readonly string[], now: Date) {
  if (ids.length === 0) return new Map<string, NonNullable<LoadedUpdate['apply']>>()
  const found = await db.apply.findMany({
    where: { id: { in: [...ids] } },
    include: { component: { select: { slug: true } } },
  })
  const open = found.filter(({ settled }) => !settled).map(({ id }) => id)
  const live = new Map(await Promise.all(open.map(async (id) => [id, await loadApplyFacts(db, id)] as const)))
  // an apply may end while it is read: its operations are read after it, so that none that it counts is missing
  const current = found.map((apply) => ({
    apply,
    row: live.get(apply.id) ?? null,
    counts: live.get(apply.id) ?? apply,
  }))
  const [claims, failures] = await Promise.all([
    db.operation.groupBy({
      by: ['applyId'],
      where: { applyId: { in: open }, state: 'running', phase: 'settling' },
      _count: true,
    }),
    db.operation.findMany({
      where: {
        applyId: { in: current.filter(({ counts }) => counts.countFailed > 0).map(({ apply }) => apply.id) },
        state: 'failed',
      },
      orderBy: [{ applyId: 'asc' }, { position: 'asc' }],
      distinct: ['applyId', 'failureReason'],
      select: { applyId: true, slug: true, failureReason: true },
    }),
  ])
  const claimed = new Map(claims.map(({ applyId, _count }) => [applyId, _count]))
  return new Map(
    current.map(({ apply, row, counts }) => {
      const projection = row ? projectApply(factsOf(row, now), now) : null
      const failed = failures.filter(({ applyId }) => applyId === apply.id)
      const onlyUnseen = failed.length > 0 && failed.every(({ failureReason }) => failureReason === 'not_observable')
      return [
        apply.id,
        {
          id: apply.id,
          component: apply.component.slug,
          state: projection?.state ?? (apply.state as ApplyState),
          settled: projection?.settled ?? apply.settled,
          headline: projection?.headline ?? apply.headline,
          started: counts.startedAt !== null,
          heldBy: (projection?.heldBy ?? []).map(({ kind, text }) => ({ kind, text })),
          total: counts.total - counts.countSkipped,
          onNewBuild: counts.countOnNewBuild,
          claimed: claimed.get(apply.id) ?? 0,
          notObservable: onlyUnseen ? counts.countFailed : 0,
          failure: failed[0] ? failureText(failed[0]) : null,
        },
      ]
    }),
  )
}

function failureText({ slug, failureReason }: { slug: string; failureReason: string | null }): string {
  const reason = parseFailureReason(failureReason)
  return reason === null ? `${slug} failed.` : `${slug} failed: ${failureReasons[reason].sentence}`
}

/** The run of the newest attempt that has one. */
async function loadRuns(db: Reader, applyIds: readonly string[]) {
  if (applyIds.length === 0) return new Map<string, { id: string; url: string | null }>()
  const attempts = await db.attempt.findMany({
    where: { operation: { applyId: { in: [...applyIds] } }, runId: { not: null } },
    orderBy: { startedAt: 'asc' },
    select: { runId: true, runUrl: true, operation: { select: { applyId: true } } },
  })
  return new Map(attempts.map(({ runId, runUrl, operation }) => [operation.applyId, { id: runId ?? '', url: runUrl }]))
}

async function loadSlots(db: Reader, rows: readonly ExternalUpdate[]) {
  const current = rows.filter(({ recordedAt, supersededAt }) => recordedAt !== null && supersededAt === null)
  if (current.length === 0) return new Map()
  const slots = await db.externalSlot.findMany({
    where: {
      environmentId: { in: [...new Set(current.flatMap(({ environmentId }) => environmentId ?? []))] },
      deployName: { in: [...new Set(current.map(({ deployName }) => deployName))] },
    },
  })
  return new Map(slots.map((slot) => [`${slot.environmentId} ${slot.deployName}`, slot]))
}
