import type {
  Answer,
  CommitOrder,
  PromotionFailure,
  PromotionHold,
  PromotionState,
  PromotionTrigger,
  PromotionVerb,
  TagState,
} from '@rollcall/rollout'
import type { GateView } from '../checks/views.ts'
import type { BuildRef, Iso } from '../views.ts'

export interface PromotionRowView {
  id: string
  set: string
  sha: string
  trigger: PromotionTrigger
  undoOf: string | null
  dryRun: boolean
  state: PromotionState
  settled: boolean
  headline: string
  order: CommitOrder | null
  destinationTag: string
  images: number
  openedBy: string
  openedAt: Iso
  endedAt: Iso | null
  /** nothing goes on until a person does something */
  needsPerson: boolean
}

export interface PromotionMoveView {
  repository: string
  sourceTag: string
  sourceDigest: string | null
  destinationTag: string
  /** what the tag was before; null: there was none, or it has not been read yet (`readAt`) */
  previousDigest: string | null
  previousRevision: string | null
  observedDigest: string | null
  observedAt: Iso | null
  /** what somebody else moved it to meanwhile */
  foreignDigest: string | null
  snapshotTag: string | null
  state: TagState
  readAt: Iso | null
  intendedAt: Iso | null
  movedAt: Iso | null
  verifiedAt: Iso | null
  restoredAt: Iso | null
  failure: string | null
}

export interface PromotionView extends PromotionRowView {
  component: string | null
  registry: string
  override: { gate: boolean; order: boolean; reason: string | null } | null
  because: string[]
  warnings: string[]
  heldBy: PromotionHold[]
  orderDetail: string | null
  gate: GateView | null
  moves: PromotionMoveView[]
  /** the i of "moving i of k" */
  moved: number
  failure: PromotionFailure | null
  /** the lines that put a torn set back, for a POSIX shell with curl */
  repair: string[]
  precheckedAt: Iso | null
  movingAt: Iso | null
  verifyingAt: Iso | null
  compensatingAt: Iso | null
  repairedAt: Iso | null
  repairedBy: string | null
  /** the apply that followed */
  applyId: string | null
  /** why none could be opened yet, or at all */
  applyRefusal: { message: string; remedy: string | null; temporary: boolean } | null
  actions: Record<PromotionVerb, Answer>
  asOf: Iso
}

export interface ImageStandView {
  repository: string
  tag: string
  /** null: there is no such tag, or it has not been read yet (`readAt`) */
  digest: string | null
  revision: string | null
  build: BuildRef | null
  /** since when it has been this, as far as it was watched */
  since: Iso | null
  readAt: Iso | null
  failure: string | null
  /** the promotion that brought it; null: somebody else */
  promotionId: string | null
}

export interface ImageSetView {
  name: string
  component: string
  registry: string
  branch: string
  automatic: boolean
  gate: string | null
  sourceTag: string
  destinationTag: string
  staleAfterHours: number
  thenApply: string | null
  images: ImageStandView[]
  /** one of them is behind the others, or of another commit */
  mixed: boolean
  /** the promotion that left it torn: nothing is promoted until it is repaired */
  tornBy: { id: string; sha: string } | null
  /** what goes on now */
  active: { id: string; sha: string; state: PromotionState } | null
  /** the last one that was done */
  last: { id: string; sha: string; endedAt: Iso } | null
  /** the newest builds of its branch, newest first, with what the gate says of each */
  candidates: { build: BuildRef; gate: GateView | null }[]
}

export interface AlertView {
  id: string
  kind: string
  severity: 'page' | 'warn'
  subjectType: string
  subjectId: string
  text: string
  remedy: string | null
  raisedAt: Iso
}
