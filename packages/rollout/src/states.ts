/** Every state an operation can be in. The order is the order in which screens list them. */
export const operationStates = [
  'pending',
  'running',
  'completed',
  'failed',
  'failed_retryable',
  'stopped',
  'cancelled',
  'rolled_back',
  'skipped',
] as const
export type OperationState = (typeof operationStates)[number]

/** What is true of an operation state, in one place: a new state does not compile until it has a row here. */
export const operationStateFacts = {
  pending: { terminal: false, inFlight: false },
  running: { terminal: false, inFlight: true },
  completed: { terminal: true, inFlight: false },
  failed: { terminal: true, inFlight: false },
  failed_retryable: { terminal: false, inFlight: true },
  stopped: { terminal: true, inFlight: false },
  cancelled: { terminal: true, inFlight: false },
  rolled_back: { terminal: true, inFlight: false },
  skipped: { terminal: true, inFlight: false },
} as const satisfies Record<OperationState, { terminal: boolean; inFlight: boolean }>

export const terminalOperationStates: ReadonlySet<OperationState> = new Set(
  operationStates.filter((state) => operationStateFacts[state].terminal),
)

/** True only for the exact words of `operationStates`; case and blanks are not forgiven. */
export function isOperationState(text: unknown): text is OperationState {
  return typeof text === 'string' && (operationStates as readonly string[]).includes(text)
}

/**
 * Where a running operation stands.
 * deploying: the control plane has been asked and has not answered · settling: it claimed success, the tenant does not
 * answer with the new build yet · verifying: nothing asked yet, or the answer is unknown: reading what is there.
 */
export const operationPhases = ['deploying', 'settling', 'verifying'] as const
export type OperationPhase = (typeof operationPhases)[number]

/** start: the target runs nothing yet · replace: it runs another build · none: it already runs this one. */
export const operationKinds = ['start', 'replace', 'none'] as const
export type OperationKind = (typeof operationKinds)[number]

export const applyStates = [
  'pending',
  'awaiting_approval',
  'running',
  'running_degraded',
  'paused',
  'completed',
  'completed_with_stragglers',
  'failed',
  'stopped',
  'cancelled',
  'rolled_back',
  'rejected',
  'superseded',
] as const
export type ApplyState = (typeof applyStates)[number]

const applyStateIsTerminal = {
  pending: false,
  awaiting_approval: false,
  running: false,
  running_degraded: false,
  paused: false,
  completed: true,
  completed_with_stragglers: true,
  failed: true,
  stopped: true,
  cancelled: true,
  rolled_back: true,
  rejected: true,
  superseded: true,
} as const satisfies Record<ApplyState, boolean>

/** The states in which the verdict has fallen. Terminal is not settled: siblings may still be in flight. */
export const terminalApplyStates: ReadonlySet<ApplyState> = new Set(
  applyStates.filter((state) => applyStateIsTerminal[state]),
)

export const releaseStatuses = [
  'pending',
  'in_progress',
  'completed',
  'partially_failed',
  'failed',
  'rolled_back',
  'superseded',
] as const
export type ReleaseStatus = (typeof releaseStatuses)[number]

export const onFailurePolicies = ['halt', 'pause', 'continue'] as const
export type OnFailure = (typeof onFailurePolicies)[number]

/** Reads a policy; anything but the exact words `pause` and `continue` is `halt`, the cautious one. */
export function parseOnFailure(text: string): OnFailure {
  return text === 'pause' || text === 'continue' ? text : 'halt'
}
