import type { Slot } from '../receive/slot.ts'

/** A commit as it was recorded. */
export interface Recorded {
  sha: string
  version: string | null
}

/** What an environment once had, and what each of its own deploys had then. */
export interface EnvironmentSnapshot extends Recorded {
  deploys: Record<string, Recorded>
}

/** What is recorded of an environment now. */
export interface EnvironmentState extends EnvironmentSnapshot {
  /** `env/<environment>` after a hotfix, `rollback/<environment>` after a rollback, else empty. */
  ref: string
  /** What was live when it diverged. */
  baseSha: string
  patches: string[]
  /** Newest first. */
  previous: EnvironmentSnapshot[]
  external: Record<string, Slot>
}

/** Left behind by a hotfix, which a rollback would silently undo. A rollback's own mark is none. */
export function isHotfixed({ ref, patches }: Pick<EnvironmentState, 'ref' | 'patches'>): boolean {
  return patches.length > 0 || (ref !== '' && !ref.startsWith('rollback/'))
}

/** What a deploy had in a snapshot; an environment without a row for it recorded only itself. */
export function recordedOf(snapshot: EnvironmentSnapshot, deploy: string): Recorded {
  return Object.hasOwn(snapshot.deploys, deploy) ? (snapshot.deploys[deploy] as Recorded) : snapshot
}
