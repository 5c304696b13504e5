import type { ApplyState, FourFactsRule } from '@rollcall/rollout'
import type { Iso } from '../views.ts'

/** What is on its way or waits: the newest apply that is not settled, or an update whose apply is still to be opened. */
export interface PlannedFact {
  sha: string
  /** null: no apply was opened for it yet */
  applyId: string | null
  updateId: string | null
  state: ApplyState | null
  started: boolean
  text: string
}

/** The version that should run: a slot that an upstream repository wrote, or the newest build that was published here. */
export interface RecordedFact {
  sha: string
  version: string | null
  /** null for what was recorded: only builds have one */
  tag: string | null
  at: Iso
  by: string
  deployName: string | null
  updateId: string | null
  buildId: string | null
}

/** The last apply that started, and what was said about it. */
export interface AttemptedFact {
  sha: string
  applyId: string
  updateId: string | null
  state: ApplyState
  settled: boolean
  headline: string
  startedAt: Iso
  endedAt: Iso | null
  total: number
  /** operations that the target's own answer has proved */
  proven: number
  /** what control planes and forges said, most frequent first */
  claims: { claim: string; operations: number }[]
}

/** What the tenants themselves answer. */
export interface ObservedFact {
  tenants: number
  onRecorded: number
  /** commits that tenants answer with, most frequent first, at most five */
  builds: { sha: string; tenants: number }[]
  /** tenants that answered last with no commit, by kind of answer */
  silent: Record<string, number>
  neverSeen: number
  /** false: nobody can be asked what runs, or nobody ever asked about this component */
  askable: boolean
  asOf: Iso | null
  /** no roll call for so long that the answers are no longer believed */
  old: boolean
}

/** Four facts of four sources. The sentence stands beside them, never instead of them. */
export interface ComponentCell {
  environment: string
  planned: PlannedFact | null
  recorded: RecordedFact | null
  attempted: AttemptedFact | null
  observed: ObservedFact
  /** recorded, not deployed */
  backlog: boolean
  rule: FourFactsRule
  sentence: string
}

export interface ComponentLine {
  slug: string
  name: string
  /** where its versions come from; null: its builds are published here */
  external: { deployName: string; sourceRepo: string; deploys: boolean }[] | null
  cells: ComponentCell[]
}

export interface ComponentsView {
  environments: { slug: string; name: string }[]
  components: ComponentLine[]
  /** recorded, not deployed, wherever that is; components in order */
  backlog: { component: string; environment: string; sentence: string; since: Iso }[]
  asOf: Iso
}
