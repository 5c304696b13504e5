import type {
  ApplyState,
  Direction,
  FailureReason,
  OnFailure,
  OperationPhase,
  OperationState,
  PromotionState,
  ReleaseStatus,
  TagState,
  UpdateState,
  Verdict,
} from '@rollcall/rollout'
import { failureReasons } from '@rollcall/rollout'
import type { DeliveryState } from '@rollcall/services'
import type { ShapeName } from '../ui/shapes.tsx'
import type { Tone } from '../ui/tone.ts'

/** How one status looks and what it means. The only place that knows; a new state does not compile until it has a row. */
export interface Word {
  word: string
  shape: ShapeName
  tone: Tone
  sentence: string
}

export const applyWords = {
  pending: {
    word: 'pending',
    shape: 'clock',
    tone: 'wait',
    sentence: 'Nothing has started yet; the machine waits for its turn.',
  },
  awaiting_approval: {
    word: 'approval needed',
    shape: 'hand',
    tone: 'person',
    sentence: 'A person has to approve the plan before anything starts.',
  },
  running: { word: 'running', shape: 'ring', tone: 'move', sentence: 'Tenants are being brought to the build.' },
  running_degraded: {
    word: 'running, degraded',
    shape: 'notched',
    tone: 'move',
    sentence: 'At least one tenant has failed, and the policy lets the others go on.',
  },
  paused: {
    word: 'paused',
    shape: 'pause',
    tone: 'person',
    sentence: 'A tenant failed and the rest is held until a person releases, retries or stops.',
  },
  completed: {
    word: 'completed',
    shape: 'check',
    tone: 'good',
    sentence: 'Every tenant has proved by its own answer that it runs the build.',
  },
  completed_with_stragglers: {
    word: 'completed, with stragglers',
    shape: 'checkDot',
    tone: 'good',
    sentence: 'All but a few tenants have proved the build; those few are within the agreed budget.',
  },
  failed: { word: 'failed', shape: 'cross', tone: 'bad', sentence: 'At least one tenant failed outside the budget.' },
  stopped: {
    word: 'stopped',
    shape: 'square',
    tone: 'none',
    sentence: 'A person stopped it; tenants that had not started were left as they were.',
  },
  cancelled: { word: 'cancelled', shape: 'slash', tone: 'none', sentence: 'A person gave it up.' },
  rolled_back: {
    word: 'rolled back',
    shape: 'uturn',
    tone: 'bad',
    sentence: 'Tenants were brought back to the build they ran before.',
  },
  rejected: { word: 'rejected', shape: 'slash', tone: 'none', sentence: 'A person refused the plan; nothing started.' },
  superseded: {
    word: 'superseded',
    shape: 'overtaken',
    tone: 'none',
    sentence: 'A newer build took over. That is neither success nor failure.',
  },
} as const satisfies Record<ApplyState, Word>

export const operationWords = {
  pending: { word: 'pending', shape: 'clock', tone: 'wait', sentence: 'This tenant has not been touched yet.' },
  running: { word: 'running', shape: 'ring', tone: 'move', sentence: 'A worker is driving this tenant.' },
  completed: {
    word: 'completed',
    shape: 'check',
    tone: 'good',
    sentence: 'The tenant itself answered with the build that was asked for.',
  },
  failed: { word: 'failed', shape: 'cross', tone: 'bad', sentence: 'The tenant was not proved to run the build.' },
  failed_retryable: {
    word: 'retrying',
    shape: 'again',
    tone: 'wait',
    sentence: 'The last attempt failed in a way that may pass; the next one starts by itself.',
  },
  stopped: { word: 'stopped', shape: 'square', tone: 'none', sentence: 'A person stopped the apply before its turn.' },
  cancelled: { word: 'cancelled', shape: 'slash', tone: 'none', sentence: 'A person cancelled the apply.' },
  rolled_back: {
    word: 'rolled back',
    shape: 'uturn',
    tone: 'bad',
    sentence: 'The tenant runs its former build again.',
  },
  skipped: { word: 'skipped', shape: 'skip', tone: 'none', sentence: 'A person left this tenant out, with a reason.' },
} as const satisfies Record<OperationState, Word>

/** While an operation runs, its phase says more than the state. */
export const phaseWords = {
  deploying: {
    word: 'deploying',
    shape: 'ring',
    tone: 'move',
    sentence: 'The control plane has been asked and has not answered yet.',
  },
  settling: {
    word: 'settling',
    shape: 'ring',
    tone: 'move',
    sentence: 'The control plane says it is done; the tenant does not answer with the new build yet.',
  },
  verifying: {
    word: 'verifying',
    shape: 'ring',
    tone: 'move',
    sentence: 'The worker is reading what the tenant runs before it does anything.',
  },
} as const satisfies Record<OperationPhase, Word>

/** `cell`: how the verdict is drawn in the fleet's grid, so that two verdicts of one tone still differ in shape. */
export type CellMark = 'quiet' | 'full' | 'ring' | 'dot' | 'split' | 'hole' | 'up' | 'bar' | 'frame' | 'cross'

export const verdictWords = {
  stale: {
    word: 'stale',
    shape: 'back',
    tone: 'bad',
    cell: 'full',
    sentence: 'It runs another build than the one expected.',
  },
  wrong_service: {
    word: 'wrong service',
    shape: 'foreign',
    tone: 'bad',
    cell: 'split',
    sentence: 'Something other than the tenant answered at its address.',
  },
  unhealthy: {
    word: 'unhealthy',
    shape: 'pulse',
    tone: 'bad',
    cell: 'hole',
    sentence: 'It answers that it is not well.',
  },
  unstamped: {
    word: 'unstamped',
    shape: 'blank',
    tone: 'person',
    cell: 'frame',
    sentence: 'It runs a build that does not say which commit it is.',
  },
  ahead: {
    word: 'ahead',
    shape: 'ahead',
    tone: 'person',
    cell: 'up',
    sentence: 'It runs a newer build than expected.',
  },
  settling: {
    word: 'settling',
    shape: 'ring',
    tone: 'move',
    cell: 'full',
    sentence: 'A swap is on its way; another answer than the expected one is normal for a while.',
  },
  unreachable: {
    word: 'unreachable',
    shape: 'unplugged',
    tone: 'none',
    cell: 'cross',
    sentence: 'It did not answer, so what it runs is not known.',
  },
  unknown: {
    word: 'unknown',
    shape: 'question',
    tone: 'none',
    cell: 'bar',
    sentence: 'The last answer is too old, or nothing is expected here.',
  },
  never_seen: { word: 'never seen', shape: 'dash', tone: 'none', cell: 'dot', sentence: 'It was never asked so far.' },
  fresh: {
    word: 'fresh',
    shape: 'check',
    tone: 'good',
    cell: 'quiet',
    sentence: 'It answered, not long ago, with exactly the build that is expected.',
  },
} as const satisfies Record<Verdict, Word & { cell: CellMark }>

/** Verdicts in the order in which screens list them: what needs an eye first, what is proven last. */
export const verdictOrder = Object.keys(verdictWords) as Verdict[]

export const updateWords = {
  received: { word: 'received', shape: 'clock', tone: 'wait', sentence: 'It was taken in and is not recorded yet.' },
  recorded: {
    word: 'recorded, not deployed',
    shape: 'hand',
    tone: 'person',
    sentence: 'The version is recorded for the environment, and nothing brings it there.',
  },
  waiting: { word: 'waiting', shape: 'clock', tone: 'wait', sentence: 'Its apply is open and has not started.' },
  held: { word: 'held', shape: 'pause', tone: 'person', sentence: 'Its apply is held, which is not a failure.' },
  deploying: { word: 'deploying', shape: 'ring', tone: 'move', sentence: 'Its apply brings just this component.' },
  deployed: {
    word: 'deployed, not observed',
    shape: 'question',
    tone: 'none',
    sentence: 'Whoever brought it says that it is done; no target has proved it.',
  },
  observed: {
    word: 'observed',
    shape: 'check',
    tone: 'good',
    sentence: 'Every target has proved by its own answer that it runs this version.',
  },
  unchanged: { word: 'unchanged', shape: 'dash', tone: 'none', sentence: 'The same commit was recorded already.' },
  failed: {
    word: 'failed, not deployed',
    shape: 'cross',
    tone: 'bad',
    sentence: 'The version is recorded, and its deploy failed.',
  },
  superseded: {
    word: 'superseded',
    shape: 'overtaken',
    tone: 'none',
    sentence: 'A later update took its place. That is neither success nor failure.',
  },
  refused: { word: 'refused', shape: 'slash', tone: 'bad', sentence: 'A rule refused it; nothing was recorded.' },
} as const satisfies Record<UpdateState, Word>

export const releaseWords = {
  pending: 'pending',
  in_progress: 'in progress',
  completed: 'completed',
  partially_failed: 'partially failed',
  failed: 'failed',
  rolled_back: 'rolled back',
  superseded: 'superseded',
} as const satisfies Record<ReleaseStatus, string>

export const promotionWords = {
  planned: {
    word: 'planned',
    shape: 'clock',
    tone: 'wait',
    sentence: 'Nothing was moved yet: it waits for a worker, for its gate or for another promotion of its set.',
  },
  prechecked: {
    word: 'prechecked',
    shape: 'check',
    tone: 'none',
    sentence: 'All images and the order of the commits were checked; nothing is moved.',
  },
  moving: { word: 'moving', shape: 'ring', tone: 'move', sentence: 'Tags are being moved, one after the other.' },
  verifying: {
    word: 'verifying',
    shape: 'ring',
    tone: 'move',
    sentence: 'All tags are moved; each of them is read back.',
  },
  done: { word: 'done', shape: 'check', tone: 'good', sentence: 'Every tag was seen at the digest of this commit.' },
  compensating: {
    word: 'putting back',
    shape: 'uturn',
    tone: 'move',
    sentence: 'Something went wrong; what was moved is put back in reverse.',
  },
  undone: {
    word: 'undone',
    shape: 'uturn',
    tone: 'none',
    sentence: 'Nothing of it is in the tags: it was refused, superseded, withdrawn or put back.',
  },
  torn: {
    word: 'torn',
    shape: 'foreign',
    tone: 'bad',
    sentence: 'Some tags are new and some are not. The set is locked until a person makes it whole.',
  },
} as const satisfies Record<PromotionState, Word>

export const tagWords = {
  waiting: { word: 'not touched', shape: 'dash', tone: 'none', sentence: 'Nothing was done to this tag.' },
  unchanged: { word: 'was it already', shape: 'check', tone: 'none', sentence: 'The tag was this image already.' },
  moving: { word: 'moving', shape: 'ring', tone: 'move', sentence: 'The registry is asked to move it, or was.' },
  moved: { word: 'moved', shape: 'check', tone: 'move', sentence: 'The tag was seen at its new digest.' },
  verified: { word: 'verified', shape: 'check', tone: 'good', sentence: 'It was read back when all had been moved.' },
  restoring: { word: 'putting back', shape: 'uturn', tone: 'move', sentence: 'It is put back to what it was.' },
  restored: { word: 'put back', shape: 'uturn', tone: 'none', sentence: 'The tag was seen where it was before.' },
  foreign: {
    word: 'moved by others',
    shape: 'foreign',
    tone: 'person',
    sentence: 'Somebody else moved this tag meanwhile. It was left alone.',
  },
  not_restored: {
    word: 'not put back',
    shape: 'cross',
    tone: 'bad',
    sentence: 'It is new, and could not be put back.',
  },
  unknown: { word: 'not known', shape: 'question', tone: 'bad', sentence: 'Nobody could read where the tag is.' },
} as const satisfies Record<TagState, Word>

/** What became of a webhook delivery. */
export const deliveryWords = {
  waiting: {
    word: 'waiting',
    shape: 'clock',
    tone: 'wait',
    sentence: 'It is stored; the worker has not handled it yet.',
  },
  handled: {
    word: 'handled',
    shape: 'check',
    tone: 'none',
    sentence: 'What it asked for was taken in; what became of that is said there.',
  },
  failed: { word: 'failed', shape: 'cross', tone: 'bad', sentence: 'What it asked for could not be done.' },
  ignored: {
    word: 'ignored',
    shape: 'dash',
    tone: 'none',
    sentence: 'It is genuine, and a rule made it nothing here.',
  },
  refused: {
    word: 'refused',
    shape: 'slash',
    tone: 'person',
    sentence: 'It was not proven to be from its sender. It was counted, and nothing was done.',
  },
} as const satisfies Record<DeliveryState, Word>

export const policyWords = {
  halt: 'The first failure ends the apply: nothing else starts, and the verdict is failed.',
  pause: 'A failure holds the rest until a person releases, retries or stops.',
  continue: 'Failures do not stop the others. The verdict still ends as failed.',
} as const satisfies Record<OnFailure, string>

export const directionWords = {
  first: { word: 'first build', tone: 'none' },
  same: { word: 'runs it already', tone: 'none' },
  forward: { word: 'forward', tone: 'good' },
  back: { word: 'backward', tone: 'bad' },
  unknown: { word: 'order not known', tone: 'person' },
} as const satisfies Record<Direction, { word: string; tone: Tone }>

/** Why an operation failed, as a sentence; a reason from elsewhere is shown as it is. */
export function failureSentence(reason: string): string {
  return Object.hasOwn(failureReasons, reason)
    ? failureReasons[reason as FailureReason].sentence
    : reason.replaceAll('_', ' ')
}
