import type { ForgeAccess } from './access.ts'
import type { ForgeFailure } from './answers.ts'
import type { Asker } from './ask.ts'
import { type DispatchAsk, dispatchWorkflow } from './dispatch.ts'
import { findRun } from './find-run.ts'
import type { Clock } from './follow-run.ts'
import type { Run } from './run-reading.ts'

export interface EnsureRunAsk extends DispatchAsk {
  /** Which input carries the correlation, and its value: unique for this order, such as an operation's id. */
  correlation: { input: string; value: string }
  /**
   * When the order was given before, as far as anybody knows. From then on it is only looked for: a forge lists a run
   * seconds after it took the order, so "not there" is no reason to give it again.
   */
  orderedAt: Date | null
  /** How long a run is waited for once the order was given, in milliseconds. */
  withinMs: number
  everyMs?: number
}

/**
 * `refused` and `not_sent`: nothing was ordered, and what `beforeOrder` recorded no longer holds. `missing`: the order was taken or may have been, and no run of
 * it appeared in time.
 */
export type EnsuredRun =
  | { outcome: 'found'; runId: number; run: Run | null; dispatched: boolean }
  | { outcome: 'refused'; failure: ForgeFailure }
  | { outcome: 'not_sent'; failure: ForgeFailure }
  | { outcome: 'missing'; message: string }
  | { outcome: 'ambiguous'; runs: Run[] }
  | { outcome: 'unknown'; message: string }

/**
 * Looks for the run of an order, gives the order only if there is none, and looks again until it has appeared. First try,
 * second try and recovery after a crash are this one path. `beforeOrder` is awaited right before the order goes out: what
 * it records is the `orderedAt` of the next call.
 */
export async function ensureRun(
  ask: Asker,
  forge: ForgeAccess,
  what: EnsureRunAsk,
  clock: Clock,
  beforeOrder: (at: Date) => Promise<void>,
): Promise<EnsuredRun> {
  const { repo, workflow, correlation, signal, timeoutMs, everyMs = 3000 } = what
  const look = (since: Date) =>
    findRun(ask, forge, { repo, workflow, correlation: correlation.value, createdAfter: since, timeoutMs, signal })

  let orderedAt = what.orderedAt
  let dispatched = false
  if (orderedAt === null) {
    const now = new Date(clock.now())
    const before = await look(now)
    if (before.outcome === 'found') return { outcome: 'found', runId: before.run.id, run: before.run, dispatched }
    if (before.outcome !== 'none') return before
    await beforeOrder(now)
    orderedAt = now
    const inputs = { ...what.inputs, [correlation.input]: correlation.value }
    const order = await dispatchWorkflow(ask, forge, { ...what, inputs })
    if (order.outcome === 'refused' || order.outcome === 'not_sent') return order
    dispatched = order.outcome === 'accepted'
    if (order.outcome === 'accepted' && order.runId !== null) {
      return { outcome: 'found', runId: order.runId, run: null, dispatched }
    }
  }

  const until = clock.now() + what.withinMs
  for (;;) {
    const found = await look(orderedAt)
    if (found.outcome === 'found') return { outcome: 'found', runId: found.run.id, run: found.run, dispatched }
    if (found.outcome === 'ambiguous') return found
    const left = until - clock.now()
    if (left <= 0 || signal?.aborted) {
      if (found.outcome === 'unknown') return found
      const hint = `its run-name must hold the input ${correlation.input}`
      return { outcome: 'missing', message: `no run of ${workflow} in ${repo} appeared in time; ${hint}` }
    }
    await clock.sleep(Math.min(everyMs, left), signal)
  }
}
