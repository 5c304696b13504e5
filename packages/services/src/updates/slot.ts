import type { Slot, Snapshot } from '@rollcall/forge'
import { type ExternalSlot, Prisma, type Tx } from '@rollcall/store'

/** A slot and its ring as the forge's room reads them, each entry with the update that recorded it. */
export interface StoredSlot extends Slot {
  updateId: string
  revision: number
}

interface RingEntry extends Omit<Snapshot, 'recordedAt'> {
  recordedAt: string
  updateId?: string
}

/** Receipt decides between two updates, so it is the receipt's time that stands for when the slot was recorded. */
export function slotOf(row: ExternalSlot): StoredSlot {
  return {
    repo: row.sourceRepo,
    sha: row.sha,
    version: row.version,
    artifacts: row.artifacts as Record<string, string> | null,
    recordedAt: row.receivedAt,
    recordedBy: row.recordedBy,
    runId: row.runId,
    updateId: row.updateId,
    revision: row.revision,
    previous: ringOf(row),
  }
}

export function ringOf({ ring }: Pick<ExternalSlot, 'ring'>): (Snapshot & { updateId?: string })[] {
  const entries = ring as unknown as RingEntry[]
  return entries.map((entry) => ({ ...entry, recordedAt: new Date(entry.recordedAt) }))
}

/** What the slot had before, as an update keeps it. */
export function snapshotJson(slot: StoredSlot | null): Prisma.InputJsonObject | typeof Prisma.DbNull {
  if (slot === null) return Prisma.DbNull
  const { repo, sha, version, artifacts, recordedAt, recordedBy, runId, updateId } = slot
  return { repo, sha, version, artifacts, recordedAt: recordedAt.toISOString(), recordedBy, runId, updateId }
}

/**
 * Replaces one slot by compare-and-set on its revision, and nothing beside it. Answers the new revision; throws when
 * somebody else was there in between, which the lock of the slot rules out.
 */
export async function writeSlot(
  tx: Tx,
  at: { environmentId: string; deployName: string },
  before: StoredSlot | null,
  after: Slot,
  by: { updateId: string; now: Date },
): Promise<number> {
  const ring = after.previous.map((entry) => ({ ...entry, recordedAt: entry.recordedAt.toISOString() }))
  const data = {
    sourceRepo: after.repo,
    sha: after.sha,
    version: after.version,
    artifacts: after.artifacts ?? Prisma.DbNull,
    recordedAt: by.now,
    recordedBy: after.recordedBy,
    receivedAt: after.recordedAt,
    updateId: by.updateId,
    runId: after.runId,
    ring: ring as unknown as Prisma.InputJsonArray,
  }
  const revision = (before?.revision ?? 0) + 1
  const { count } =
    before === null
      ? await tx.db.externalSlot.createMany({ data: { ...at, ...data, revision }, skipDuplicates: true })
      : await tx.db.externalSlot.updateMany({
          where: { ...at, revision: before.revision },
          data: { ...data, revision },
        })
  if (count !== 1) throw new Error(`the slot of ${at.deployName} was replaced meanwhile`)
  return revision
}
