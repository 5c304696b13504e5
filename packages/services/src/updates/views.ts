import type { Answer, ApplyState, Clause, UpdateDeploys, UpdateState, UpdateVerb, UpdateWait } from '@rollcall/rollout'
import type { Iso, RefusalView } from '../views.ts'

/** What an update recorded, or found recorded. */
export interface UpdateRecord {
  sha: string
  version: string | null
  artifacts: Record<string, string> | null
  recordedAt: Iso
  recordedBy: string
  /** the slot's revision; grows by one with every update that is recorded */
  revision: number
}

/** What the slot held before. */
export interface SlotSnapshot {
  source_repo: string
  sha: string
  version: string | null
  artifacts: Record<string, string> | null
  recordedAt: Iso
  recordedBy: string
  run_id: string | null
  updateId: string | null
}

/** One external update: what was sent, what was recorded, what was attempted and what was observed, each apart. */
export interface UpdateView {
  id: string
  state: UpdateState
  settled: boolean
  headline: string
  because: Clause[]
  waitsFor: { kind: UpdateWait; text: string } | null
  /** recorded, not deployed */
  backlog: boolean

  source_repo: string
  deploy_name: string
  environment: string
  /** false: there is none of that name, so only who sees everything is told of it */
  environmentKnown: boolean
  sha: string
  version: string | null
  /** as sent; what is recorded stands in the record */
  artifacts: Record<string, string> | null
  run_id: string | null
  receivedAt: Iso
  receivedBy: string
  via: string
  deliveryId: string | null
  forced: boolean
  allowDowngrade: boolean
  reason: string | null

  refusal: { rule: string; field: string | null; message: string; remedy: string } | null
  sameAs: string | null
  supersededBy: string | null
  record: UpdateRecord | null
  replaced: SlotSnapshot | null
  /** recorded fields that the update did not mention: gone with it, and still there */
  erased: string[]
  kept: string[]
  /** what was decided on the way: order_unknown, downgrade, forced */
  notices: string[]

  deploys: UpdateDeploys
  /** the component that is deployed */
  component: string
  openRefusal: (RefusalView & { temporary: boolean }) | null
  applyId: string | null
  apply: { id: string; state: ApplyState; settled: boolean; headline: string; total: number; onNewBuild: number } | null
  /** the run that deploys it, else the one that sent it */
  run: { id: string; url: string | null } | null
  actions: Record<UpdateVerb, Answer>
  asOf: Iso
}

/** What would become of an update. */
export interface UpdateDryRun {
  dryRun: true
  id: null
  state: UpdateState
  record: Pick<UpdateRecord, 'sha' | 'version' | 'artifacts'> | null
  erased: string[]
  kept: string[]
  notices: string[]
  deploys: UpdateDeploys | null
}

/** What is recorded of one external component in one environment. */
export interface SlotView extends SlotSnapshot {
  environment: string
  deploy_name: string
  updateId: string
  receivedAt: Iso
  revision: number
  /** newest first, at most ten */
  previous: SlotSnapshot[]
}

/** How many updates are in each state, of the newest ones. */
export interface UpdateCounts {
  states: Record<UpdateState, number>
  /** recorded, not deployed: of all slots, however old */
  backlog: number
  /** how many updates were looked at, and whether there are older ones */
  counted: number
  more: boolean
}
