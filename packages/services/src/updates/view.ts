import { deriveUpdateState, type UpdateDeploys, updateActions } from '@rollcall/rollout'
import type { ExternalUpdate } from '@rollcall/store'
import { currentConfiguration } from '../configuration/current.ts'
import type { Reader } from '../context.ts'
import { type LoadedUpdate, loadUpdates, type StoredOpenRefusal } from './facts.ts'
import { updateNotFound } from './not-found.ts'
import { deployConfig } from './place.ts'
import type { SlotSnapshot, UpdateRecord, UpdateView } from './views.ts'

/** One update as it is derived from its facts at this moment; throws `not_found`. */
export async function updateView(db: Reader, id: string, now: Date): Promise<UpdateView> {
  const row = await db.externalUpdate.findUnique({ where: { id } })
  if (!row) throw updateNotFound(id)
  const [view] = await updateViews(db, [row], now)
  return view as UpdateView
}

/** Some updates, in their order. */
export async function updateViews(db: Reader, rows: readonly ExternalUpdate[], now: Date): Promise<UpdateView[]> {
  const same = rows.flatMap(({ sameAsId, recordedAt }) => (recordedAt === null && sameAsId) || [])
  const [loaded, sources, configuration] = await Promise.all([
    loadUpdates(db, rows, now),
    same.length === 0 ? [] : db.externalUpdate.findMany({ where: { id: { in: same } } }),
    currentConfiguration(db),
  ])
  const bySame = new Map(sources.map((source) => [source.id, source]))
  return loaded.map((one) => {
    const recorded = one.row.recordedAt !== null ? one.row : bySame.get(one.row.sameAsId ?? '')
    const component = one.apply?.component ?? deployConfig(configuration, one.row.deployName).component
    return { ...viewOf(one, now), component, record: recorded ? recordOf(recorded) : null }
  })
}

function viewOf({ row, facts, apply, run }: LoadedUpdate, now: Date): Omit<UpdateView, 'record' | 'component'> {
  const { erased = [], kept = [], notices = [] } = (row.erased ?? {}) as Record<string, string[]>
  const refused = row.refusedRule !== null && facts.refused
  return {
    id: row.id,
    ...deriveUpdateState(facts),
    source_repo: row.sourceRepo,
    deploy_name: row.deployName,
    environment: row.environment,
    environmentKnown: row.environmentId !== null,
    sha: row.sha,
    version: row.version,
    artifacts: row.artifacts as UpdateView['artifacts'],
    run_id: row.runId,
    receivedAt: row.receivedAt.toISOString(),
    receivedBy: row.receivedBy,
    via: row.via,
    deliveryId: row.deliveryId,
    forced: row.forced,
    allowDowngrade: row.allowDowngrade,
    reason: row.reason,
    refusal: refused ? { ...refused, field: row.refusedField } : null,
    sameAs: row.sameAsId,
    supersededBy: row.supersededById,
    replaced: row.replaced === null ? null : snapshotView(row.replaced),
    erased,
    kept,
    notices,
    deploys: row.deploys as UpdateDeploys,
    openRefusal: row.applyId === null ? (row.openRefusal as unknown as StoredOpenRefusal | null) : null,
    applyId: row.applyId,
    apply: apply && {
      id: apply.id,
      state: apply.state,
      settled: apply.settled,
      headline: apply.headline,
      total: apply.total,
      onNewBuild: apply.onNewBuild,
    },
    run,
    actions: updateActions(facts),
    asOf: now.toISOString(),
  }
}

/** What an update wrote into its slot: what it said, and of what it did not mention the part that stayed. */
export function recordOf(row: ExternalUpdate): UpdateRecord {
  const before = row.replaced as unknown as Pick<SlotSnapshot, 'version' | 'artifacts'> | null
  const kept = ((row.erased ?? {}) as Record<string, string[]>).kept ?? []
  return {
    sha: row.sha,
    version: kept.includes('version') ? (before?.version ?? null) : row.version,
    artifacts: (kept.includes('artifacts') ? before?.artifacts : row.artifacts) as UpdateRecord['artifacts'],
    recordedAt: (row.recordedAt ?? row.receivedAt).toISOString(),
    recordedBy: row.receivedBy,
    revision: row.slotRevision ?? 0,
  }
}

/** A ring entry, or what an update replaced, as it is stored. */
export function snapshotView(stored: unknown): SlotSnapshot {
  const entry = stored as Record<string, unknown>
  const at = entry.recordedAt
  return {
    source_repo: String(entry.repo),
    sha: String(entry.sha),
    version: (entry.version ?? null) as string | null,
    artifacts: (entry.artifacts ?? null) as Record<string, string> | null,
    recordedAt: at instanceof Date ? at.toISOString() : String(at),
    recordedBy: String(entry.recordedBy),
    run_id: (entry.runId ?? null) as string | null,
    updateId: (entry.updateId ?? null) as string | null,
  }
}
