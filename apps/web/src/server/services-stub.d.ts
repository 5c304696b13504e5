// Stands in for the door of packages/services until it exists; delete then.
declare module '@rollcall/services' {
  type V = typeof import('../../../../packages/services/src/views')
  export type ApplyView = import('../../../../packages/services/src/views').ApplyView
  export type ApplyRow = import('../../../../packages/services/src/views').ApplyRow
  export type OperationRow = import('../../../../packages/services/src/views').OperationRow
  export type OperationView = import('../../../../packages/services/src/views').OperationView
  export type FleetView = import('../../../../packages/services/src/views').FleetView
  export type TargetView = import('../../../../packages/services/src/views').TargetView
  export type EnvironmentView = import('../../../../packages/services/src/views').EnvironmentView
  export type OverviewView = import('../../../../packages/services/src/views').OverviewView
  export type PlanPreview = import('../../../../packages/services/src/views').PlanPreview
  export type Liveness = import('../../../../packages/services/src/views').Liveness
  export type BuildRef = import('../../../../packages/services/src/views').BuildRef
  export type Page<T> = import('../../../../packages/services/src/views').Page<T>
  type Z<T> = import('zod').ZodType<T, T>
  export interface Actor {
    name: string
    via: 'ui' | 'api' | 'worker' | 'seed'
    requestId?: string
  }
  export interface Context {
    store: import('@rollcall/store').Store
    actor: Actor
    now: () => Date
  }
  export class ServiceError extends Error {
    code: 'invalid' | 'not_found' | 'refused' | 'conflict' | 'unavailable'
    field: string | null
    remedy: string | null
    details?: { code: string; field: string; message: string; remedy: string }[]
  }
  interface OpenApplyInput {
    environment: string
    component: string
    sha: string
    targets?: string[]
    canary?: string
    batchSize?: number
    soakSeconds?: number
    onFailure?: string
    maxStragglers?: number
    requiresApproval?: boolean
    allowDowngrade?: boolean
    allowUnknownOrder?: boolean
    idempotencyKey?: string
    planHash?: string
  }
  interface ListAppliesInput {
    state?: string | string[]
    environment?: string
    component?: string
    cursor?: string
    limit?: number
  }
  interface ListOperationsInput {
    applyId: string
    state?: string | string[]
    cursor?: string
    limit?: number
  }
  interface ListBuildsInput {
    component?: string
    cursor?: string
    limit?: number
  }
  interface FleetInput {
    environment: string
    component?: string
  }
  export const openApplyInput: Z<OpenApplyInput>
  export const listAppliesInput: Z<ListAppliesInput>
  export const listOperationsInput: Z<ListOperationsInput>
  export const listBuildsInput: Z<ListBuildsInput>
  export const getFleetInput: Z<FleetInput>
  export const getTargetInput: Z<{ environment: string; slug: string }>
  export const sweepNowInput: Z<{ environment: string }>
  export const getApplyInput: Z<{ id: string }>
  export const getOperationInput: Z<{ id: string }>
  export const approveApplyInput: Z<{ id: string; planHash?: string }>
  export const rejectApplyInput: Z<{ id: string; reason: string }>
  export const releaseApplyInput: Z<{ id: string; reason?: string }>
  export const retryApplyInput: Z<{ id: string; reason?: string }>
  export const stopApplyInput: Z<{ id: string; reason?: string }>
  export const cancelApplyInput: Z<{ id: string; reason: string }>
  export const retryOperationInput: Z<{ id: string; reason?: string }>
  export function previewApply(ctx: Context, input: OpenApplyInput): Promise<PlanPreview>
  export function openApply(ctx: Context, input: OpenApplyInput): Promise<{ apply: ApplyView; created: boolean }>
  export function listApplies(ctx: Context, input: ListAppliesInput): Promise<Page<ApplyRow>>
  export function getApply(ctx: Context, input: { id: string }): Promise<ApplyView>
  export function listOperations(ctx: Context, input: ListOperationsInput): Promise<Page<OperationRow>>
  export function getOperation(ctx: Context, input: { id: string }): Promise<OperationView>
  export function approveApply(ctx: Context, input: { id: string; planHash?: string }): Promise<ApplyView>
  export function rejectApply(ctx: Context, input: { id: string; reason: string }): Promise<ApplyView>
  export function releaseApply(ctx: Context, input: { id: string; reason?: string }): Promise<ApplyView>
  export function retryApply(ctx: Context, input: { id: string; reason?: string }): Promise<ApplyView>
  export function stopApply(ctx: Context, input: { id: string; reason?: string }): Promise<ApplyView>
  export function cancelApply(ctx: Context, input: { id: string; reason: string }): Promise<ApplyView>
  export function retryOperation(ctx: Context, input: { id: string; reason?: string }): Promise<OperationView>
  export function getFleet(ctx: Context, input: FleetInput): Promise<FleetView>
  export function getTarget(ctx: Context, input: { environment: string; slug: string }): Promise<TargetView>
  export function getOverview(ctx: Context): Promise<OverviewView>
  export function getLiveness(ctx: Context): Promise<Liveness>
  export function sweepNow(ctx: Context, input: { environment: string }): Promise<{ asked: true }>
  export function listBuilds(ctx: Context, input: ListBuildsInput): Promise<Page<BuildRef & { component: string }>>
  export function listComponents(ctx: Context): Promise<{ slug: string; name: string }[]>
  export function listEnvironments(ctx: Context): Promise<EnvironmentView[]>
  export function watchApply(
    ctx: Context,
    input: { id: string; afterSeq?: number },
    signal?: AbortSignal,
  ): AsyncIterable<{ seq: number; kind: string; operationId: string | null; at: string }>
  export function watchWorld(
    ctx: Context,
    input: { afterId?: string },
    signal?: AbortSignal,
  ): AsyncIterable<{ id: string; kinds: string[] }>
}
