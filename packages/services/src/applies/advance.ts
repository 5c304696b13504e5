import { type AdvanceFacts, advanceApply as decide } from '@rollcall/rollout'
import {
  type ApplyFactsRow,
  beginApply,
  countMoves,
  endWaiting,
  loadApplyFacts,
  lockLaneAndApply,
  startOperations,
  type Tx,
  transact,
} from '@rollcall/store'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { advanceSoon } from './advance-soon.ts'
import { factsOf } from './facts.ts'
import { freeLane, holdLane } from './lane.ts'
import { storeProjection } from './project.ts'

/**
 * Nothing may wait for ever on a job that was lost, say with the worker that had it in hand: an apply that has begun is
 * looked at again after this long, one that waits to begin a little later.
 */
const lookAgainSeconds = { begun: 10, waiting: 60 }

/**
 * Reads the facts of one apply, asks the core what to start and what to wait for, and does just that: takes the lane,
 * puts operations in flight with their drive jobs, or frees the lane. Idempotent; a second call finds nothing to do.
 */
export async function advanceApply(ctx: Context, applyId: string): Promise<void> {
  await transact(ctx.store, async (tx) => {
    const now = ctx.now()
    if (!(await lockLaneAndApply(tx, applyId))) return
    const row = (await loadApplyFacts(tx.db, applyId)) as ApplyFactsRow
    const advance = decide(await advanceFacts(tx, row, now), now)

    if (advance.begin) {
      await beginApply(tx, row, now)
      await holdLane(tx, row)
    }
    if (advance.sweep) await sweep(tx, row, advance.sweep === 'stop' ? 'stopped' : 'cancelled', now)
    if (advance.start.length > 0) await start(tx, row, advance.start, now)

    const moved = advance.begin || advance.sweep !== null || advance.start.length > 0
    const after = moved ? ((await loadApplyFacts(tx.db, applyId)) as ApplyFactsRow) : row
    const patience = row.startedAt || advance.begin ? lookAgainSeconds.begun : lookAgainSeconds.waiting
    const projection = await storeProjection(tx, after, now, ({ settled }) =>
      settled ? null : nextLook(row.wakeAt, advance.wakeAt, now, patience * 1000),
    )
    if (projection.settled) await freeLane(tx, row)
    else if (advance.wakeAt && advance.wakeAt.getTime() !== row.wakeAt?.getTime()) {
      advanceSoon(tx, applyId, advance.wakeAt)
    }
  })
}

/** When the apply is looked at again although nobody asked. A time that is late enough already is not rewritten. */
function nextLook(planned: Date | null, wakeAt: Date | null, now: Date, patienceMs: number): Date {
  const latest = now.getTime() + patienceMs
  if (wakeAt && wakeAt.getTime() < latest) return wakeAt
  const stands = planned && planned.getTime() > latest - patienceMs / 2 && planned.getTime() <= latest
  return stands ? planned : new Date(latest)
}

async function advanceFacts(tx: Tx, row: ApplyFactsRow, now: Date): Promise<AdvanceFacts> {
  const places = Math.max(1, row.batchSize) - row.countRunning - row.countRetryable
  const nextPending =
    row.countPending === 0 || places <= 0
      ? []
      : await tx.db.operation.findMany({
          where: { applyId: row.id, state: 'pending' },
          orderBy: { position: 'asc' },
          take: places,
          select: { id: true, slug: true, canary: true },
        })
  const dueRetries =
    row.countRetryable === 0
      ? []
      : await tx.db.operation.findMany({
          where: { applyId: row.id, state: 'failed_retryable', retryAt: { lte: now } },
          orderBy: { position: 'asc' },
          take: 1_000,
          select: { id: true, slug: true, retryAt: true },
        })
  return {
    ...factsOf(row, now),
    nextPending,
    dueRetries: dueRetries.map(({ id, slug, retryAt }) => ({ id, slug, retryAt: retryAt ?? now })),
  }
}

async function start(tx: Tx, row: ApplyFactsRow, ids: readonly string[], now: Date): Promise<void> {
  const started = await startOperations(tx, row, ids, now)
  tx.send(...started.map(({ id, number }) => driveJob(id, number)))
  tx.hint(`apply:${row.id}`)
  tx.hint('world')
}

async function sweep(tx: Tx, row: ApplyFactsRow, to: 'stopped' | 'cancelled', now: Date): Promise<void> {
  await countMoves(tx, row.id, await endWaiting(tx, row.id, to, now))
  await noteChange(tx, now, { kind: `operations.${to}`, applyId: row.id, environmentId: row.environmentId })
}

/** One driver per attempt, waiting or at work. */
export function driveJob(operationId: string, number: number) {
  return { name: 'operation.drive' as const, data: { operationId }, key: `${operationId}:${number}` }
}
