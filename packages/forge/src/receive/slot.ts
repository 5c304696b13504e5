import { shaMatches } from '@rollcall/rollout'
import type { Update } from './validate.ts'

/** What is recorded of one external component in one environment: `state.<environment>.external.<deploy_name>`. */
export interface Slot extends Snapshot {
  /** What was recorded before, newest first, at most `ringSize`. */
  previous: Snapshot[]
}

export interface Snapshot {
  repo: string
  sha: string
  version: string | null
  artifacts: Record<string, string> | null
  /** When the update was taken in, not when it was written: a write that is tried again keeps it. */
  recordedAt: Date
  recordedBy: string
  runId: string | null
}

export const ringSize = 10

/** What recording an update does to its slot. */
export interface Effect {
  slot: Slot
  /** Recorded fields that the update did not mention and that are gone with it. */
  erased: ('version' | 'artifacts')[]
  /** Recorded fields that the update did not mention and that stay. */
  kept: ('version' | 'artifacts')[]
}

/**
 * The slot after `update`, without touching the given one. A version belongs to its commit, so with another commit an
 * omitted one becomes unknown; omitted artifacts stay until they are replaced or cleared on purpose. What was there
 * before goes to the head of the ring when the commit changes. `now` is the receipt's time, taken once per update.
 */
export function applyUpdate(slot: Slot | null, update: Update, now: Date): Effect {
  const sameCommit = slot !== null && shaMatches(slot.sha, update.sha)
  const erased: Effect['erased'] = []
  const kept: Effect['kept'] = []

  let version = update.version
  if (version === null && slot !== null && slot.version !== null) {
    if (sameCommit) {
      version = slot.version
      kept.push('version')
    } else erased.push('version')
  }

  let artifacts = update.artifacts.said === 'given' ? update.artifacts.artifacts : null
  if (slot !== null && slot.artifacts !== null) {
    if (update.artifacts.said === 'cleared') erased.push('artifacts')
    if (update.artifacts.said === 'nothing') {
      artifacts = slot.artifacts
      kept.push('artifacts')
    }
  }

  return {
    slot: {
      repo: update.sourceRepo,
      sha: update.sha,
      version,
      artifacts,
      recordedAt: now,
      recordedBy: update.actor,
      runId: update.runId,
      previous: pushed(slot, update.sha),
    },
    erased,
    kept,
  }
}

/** The ring once `sha` has replaced what `slot` holds: unchanged for the same commit and where nothing was there before. */
export function pushed(slot: Slot | null, sha: string): Snapshot[] {
  if (slot === null) return []
  if (slot.sha === '' || shaMatches(slot.sha, sha)) return slot.previous
  return [snapshotOf(slot), ...slot.previous].slice(0, ringSize)
}

export function snapshotOf({ previous: _, ...snapshot }: Slot): Snapshot {
  return snapshot
}
