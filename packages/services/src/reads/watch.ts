import { z } from 'zod'
import { applyNotFound } from '../applies/not-found.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { id } from '../fields.ts'
import type { Iso } from '../views.ts'
import { openWorldFeed } from './world-feed.ts'

export const watchApplyInput = z.strictObject({ id, afterSeq: z.number().int().min(0).optional() })

export interface ApplyChange {
  seq: number
  kind: string
  operationId: string | null
  at: Iso
}

/** Under the hint: how often the feed is read although nobody hinted. */
const pollMilliseconds = 2_000
const gatherMilliseconds = 250

/**
 * The changes of one apply after a number, in their order and without gaps, until `signal` aborts. Hints only make it
 * quicker; a lost one costs two seconds. Without `afterSeq` it begins at what is true now.
 */
export async function* watchApply(ctx: Context, input: unknown, signal: AbortSignal): AsyncIterable<ApplyChange> {
  const asked = parse(watchApplyInput, input)
  const { db } = ctx.store
  const apply = await db.apply.findUnique({ where: { id: asked.id }, select: { changeSeq: true } })
  if (!apply) throw applyNotFound(asked.id)
  // a number from elsewhere must not make it wait for ever
  let seen = Math.min(asked.afterSeq ?? apply.changeSeq, apply.changeSeq)
  const bell = ring(ctx, `apply:${asked.id}`, signal)
  try {
    while (!signal.aborted) {
      const changes = await db.change.findMany({
        where: { applyId: asked.id, seq: { gt: seen } },
        orderBy: { seq: 'asc' },
        take: 500,
      })
      for (const { seq, kind, operationId, at } of changes) {
        seen = seq ?? seen
        yield { seq: seen, kind, operationId, at: at.toISOString() }
      }
      if (changes.length < 500) await bell.next(gatherMilliseconds)
    }
  } finally {
    bell.end()
  }
}

export const watchWorldInput = z.strictObject({
  afterId: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
})

export interface WorldChange {
  id: string
  kinds: string[]
}

/**
 * That something changed anywhere that the context sees, gathered for at least 250 ms: for lists and overviews, which then look again. Who
 * resumes after an `afterId` is told so at once, because nobody knows what it missed.
 */
export async function* watchWorld(ctx: Context, input: unknown, signal: AbortSignal): AsyncIterable<WorldChange> {
  const asked = parse(watchWorldInput, input ?? {})
  const feed = await openWorldFeed(ctx)
  const bell = ring(ctx, 'world', signal)
  try {
    if (asked.afterId !== undefined) yield { id: String(feed.seen), kinds: [] }
    while (!signal.aborted) {
      const kinds = await feed.read()
      if (kinds.length > 0) yield { id: String(feed.seen), kinds }
      await bell.next(gatherMilliseconds)
    }
  } finally {
    bell.end()
  }
}

/** Waits for a hint, the poll or the end, whichever comes first; then for the gathering time. */
function ring(ctx: Context, topic: string, signal: AbortSignal) {
  let rung = false
  let wake = () => {}
  const unsubscribe = ctx.store.hints.subscribe(topic, () => {
    rung = true
    wake()
  })
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  const pause = (milliseconds: number, early: boolean) =>
    new Promise<void>((resolve) => {
      if (signal.aborted) return resolve()
      const timer = setTimeout(resolve, milliseconds)
      wake = () => {
        if (!early && !signal.aborted) return
        clearTimeout(timer)
        resolve()
      }
    })
  return {
    async next(gather: number) {
      if (!rung) await pause(pollMilliseconds, true)
      await pause(gather, false)
      rung = false
    },
    end() {
      unsubscribe()
      signal.removeEventListener('abort', onAbort)
    },
  }
}
