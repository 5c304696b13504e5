import { setTimeout as delay } from 'node:timers/promises'
import { type Lookup, openLine, outboundGuard, type Reach } from '@rollcall/outbound'
import type { ForgeAccess } from './access.ts'
import type { ForgeReading } from './answers.ts'
import { asker } from './ask.ts'
import { type Dispatch, type DispatchAsk, dispatchWorkflow } from './dispatch.ts'
import { type EnsuredRun, type EnsureRunAsk, ensureRun } from './ensure-run.ts'
import { type FindRunAsk, type FoundRun, findRun } from './find-run.ts'
import { type Clock, type FollowRunAsk, followRun, type ReadRunAsk, type RunEnd, readRunOnce } from './follow-run.ts'
import type { Run } from './run-reading.ts'
import { type ReadStatusesAsk, readStatuses, type Statuses } from './statuses.ts'

const version = '0.1.0'

export interface ForgeClientOptions {
  /** For one TCP and TLS handshake, in milliseconds. Default 5,000. */
  connectTimeoutMs?: number
  /** Sent with every request: an edge firewall blocks libraries' own names. */
  userAgent?: string
  /** Open connections per origin. Default 16. */
  maxConnections?: number
  /** Ranges besides the public internet that may be connected to. Link-local is never among them. Default none. */
  reach?: Reach
  /** How names become addresses. Default: as this machine does it. */
  lookup?: Lookup | undefined
  clock?: Clock
}

/**
 * The door to GitHub and Gitea. No method rejects for what the network or the forge does; a TypeError says that the
 * caller's question cannot be asked, before anything is sent.
 */
export interface ForgeClient {
  /** Gives one order to run a workflow. Prefer `ensureRun`, which never gives it twice. */
  dispatch(forge: ForgeAccess, ask: DispatchAsk): Promise<Dispatch>
  /** Looks, orders only if needed, looks again until the run has appeared. */
  ensureRun(forge: ForgeAccess, ask: EnsureRunAsk, beforeOrder: (at: Date) => Promise<void>): Promise<EnsuredRun>
  findRun(forge: ForgeAccess, ask: FindRunAsk): Promise<FoundRun>
  readRun(forge: ForgeAccess, ask: ReadRunAsk): Promise<ForgeReading<Run>>
  /** Watches a run to its end. Not having seen the end is `unknown`, never `failed`. */
  followRun(forge: ForgeAccess, ask: FollowRunAsk): Promise<RunEnd>
  /** All statuses of a commit, for `checksGate`. */
  readStatuses(forge: ForgeAccess, ask: ReadStatusesAsk): Promise<Statuses>
  /** Waits for nothing: drops open connections and ends. */
  close(): Promise<void>
}

/** Make one per process and close it at the end. */
export function createForgeClient(options: ForgeClientOptions = {}): ForgeClient {
  const line = openLine({
    guard: outboundGuard(options.reach ?? [], { lookup: options.lookup }),
    userAgent: options.userAgent ?? `Rollcall/${version} (+rollout control room)`,
    connectTimeoutMs: options.connectTimeoutMs,
    connections: options.maxConnections ?? 16,
    // An order on a connection that was kept idle could die with it, and then nobody knows whether it arrived.
    keepAliveMs: null,
  })
  const ask = asker(line)
  const clock = options.clock ?? { now: Date.now, sleep }
  return {
    dispatch: (forge, order) => dispatchWorkflow(ask, forge, order),
    ensureRun: (forge, what, beforeOrder) => ensureRun(ask, forge, what, clock, beforeOrder),
    findRun: (forge, what) => findRun(ask, forge, what),
    readRun: (forge, what) => readRunOnce(ask, forge, what),
    followRun: (forge, what) => followRun(ask, forge, what, clock),
    readStatuses: (forge, what) => readStatuses(ask, forge, what),
    close: () => line.close(),
  }
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  // Being told to stop waiting is no error: the caller looks at the signal.
  await delay(ms, undefined, { signal }).catch(() => {})
}
