export { advanceApply } from './applies/advance.ts'
export { approveApply, approveApplyInput } from './applies/approve.ts'
export { cancelApply, cancelApplyInput } from './applies/cancel.ts'
export { openApply } from './applies/open.ts'
export { type OpenApplyInput, openApplyInput } from './applies/open-input.ts'
export { previewApply } from './applies/preview.ts'
export { rejectApply, rejectApplyInput } from './applies/reject.ts'
export { releaseApply, releaseApplyInput } from './applies/release.ts'
export { retryApply, retryApplyInput } from './applies/retry.ts'
export { stopApply, stopApplyInput } from './applies/stop.ts'
export { publishBuild, publishBuildInput } from './builds/publish.ts'
export * from './checks/index.ts'
export { type ComponentRef, defineComponent, defineComponentInput, listComponents } from './components/define.ts'
export { getComponents } from './components/matrix.ts'
export type * from './components/views.ts'
export * from './configuration/index.ts'
export type { Actor, Context } from './context.ts'
export { defineEnvironment, defineEnvironmentInput } from './environments/define.ts'
export { ServiceError, type ServiceErrorCode } from './errors.ts'
export {
  beginSweep,
  endSweep,
  recordEnumeration,
  recordReadings,
  type SweepPlan,
  type SweepResult,
} from './fleet/sweep.ts'
export { sweepNow, sweepNowInput } from './fleet/sweep-now.ts'
export { askLeave, type Leave } from './operations/ask.ts'
export { heartbeatOperation } from './operations/heartbeat.ts'
export { type Claim, recordClaim } from './operations/record-claim.ts'
export { recordLook } from './operations/record-look.ts'
export { recordRun } from './operations/record-run.ts'
export { retryOperation, retryOperationInput } from './operations/retry.ts'
export { type RunOrder, runClaims, runOrder } from './operations/run-order.ts'
export { type Outcome, settleOperation } from './operations/settle.ts'
export { type Attempt, takeOperation } from './operations/take.ts'
export * from './people/index.ts'
export * from './promotions/index.ts'
export { getApply, getApplyInput, listApplies, listAppliesInput } from './reads/applies.ts'
export { buildBySha } from './reads/build-by-sha.ts'
export { listBuilds, listBuildsInput } from './reads/builds.ts'
export { listEnvironments } from './reads/environments.ts'
export { getFleet, getFleetInput } from './reads/fleet.ts'
export { getOperation, getOperationInput, listOperations, listOperationsInput } from './reads/operations.ts'
export { getLiveness, getOverview } from './reads/overview.ts'
export { getTarget, getTargetInput } from './reads/target.ts'
export {
  type ApplyChange,
  type WorldChange,
  watchApply,
  watchApplyInput,
  watchWorld,
  watchWorldInput,
} from './reads/watch.ts'
export * from './record/index.ts'
export * from './secrets/index.ts'
export * from './since/index.ts'
export * from './tokens/index.ts'
export * from './trusts/index.ts'
export * from './updates/index.ts'
export type * from './views.ts'
export * from './webhooks/index.ts'
export { activate, beatWorker, pruneChanges } from './work/activate.ts'
