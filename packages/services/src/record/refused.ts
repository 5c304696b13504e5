import { type Store, transact } from '@rollcall/store'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import { type About, foundAbout } from './about.ts'

/** Something that somebody tried and was not let do. */
export interface RefusedAttempt {
  /** what was tried: the capability that it takes, as in the rows of those who were let */
  action: string
  /** by which entry: `POST /applies/:id/release`, `applies.release` */
  entry: string
  /** the capability that was missing; null: the state of the world did not allow it */
  missing: string | null
  /** the name of the rule, where one has a name */
  rule: string | null
  /** the sentence that was answered */
  reason: string
  /** what it was about, as it was named */
  about: About | null
}

/** Of one refusal of one actor, so many are written in a minute; a loop fills no disk. The others are counted. */
const writtenPerMinute = 5
/** By so many things that it was about it is told apart; who goes through more names than these fills no disk, either. */
const toldApart = 20
const minuteMs = 60_000
/** Different refusals that are told apart at a time, and rows that wait to be written: bounds for the memory. */
const mostKinds = 2_000
const mostWaiting = 200

interface Kind {
  /** what it is apart from what it was about */
  what: string
  ctx: Context
  attempt: RefusedAttempt
  since: number
  written: number
  counted: number
}

interface RefusalLog {
  note(ctx: Context, attempt: RefusedAttempt): void
  flush(): Promise<void>
}

const logs = new WeakMap<Store, RefusalLog>()

/**
 * Writes down that somebody was refused, in a transaction of its own and after the answer: nobody waits for it, and its
 * failure breaks nothing. The same refusal of the same actor is written five times a minute, then counted; the count is
 * written when the minute is over.
 */
export function auditRefused(ctx: Context, attempt: RefusedAttempt): void {
  logOf(ctx.store).note(ctx, attempt)
}

/** Resolves when everything that was noted until now is written, with the counts so far: before a process ends. */
export function flushRefusals(store: Store): Promise<void> {
  return logOf(store).flush()
}

function logOf(store: Store): RefusalLog {
  const known = logs.get(store)
  if (known) return known
  const made = openRefusalLog()
  logs.set(store, made)
  return made
}

function openRefusalLog(): RefusalLog {
  const kinds = new Map<string, Kind>()
  const queue: { ctx: Context; attempt: RefusedAttempt; more: number }[] = []
  let writing: Promise<void> | null = null
  let isArmed = false

  function write(ctx: Context, attempt: RefusedAttempt, more: number): void {
    queue.push({ ctx, attempt, more })
    writing ??= drain()
  }

  /** One after the other, so that a flood of refusals takes one connection from those who work. */
  async function drain(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { ctx, attempt, more } = next
      await writeRefused(ctx, attempt, more).catch((error: Error) =>
        console.error(`a refused attempt could not be written down: ${error.name}`),
      )
    }
    // in the same breath as the last look at the queue: what is queued after it begins anew
    writing = null
  }

  function keyOf(what: string, { about }: RefusedAttempt): string {
    const key = about === null ? what : `${what} ${about.kind} ${about.name.trim().slice(0, 100)}`
    if (kinds.has(key)) return key
    const alike = [...kinds.values()].filter((kind) => kind.what === what).length
    return alike < toldApart ? key : `${what} and others`
  }

  function end(key: string, kind: Kind): void {
    kinds.delete(key)
    if (kind.counted > 0) write(kind.ctx, kind.attempt, kind.counted)
  }

  function sweep(now: number): void {
    for (const [key, kind] of kinds) if (now - kind.since >= minuteMs) end(key, kind)
  }

  function arm(): void {
    if (isArmed) return
    isArmed = true
    setTimeout(() => {
      isArmed = false
      sweep(Date.now())
      if (kinds.size > 0) arm()
    }, minuteMs).unref()
  }

  return {
    note(ctx, attempt) {
      const now = Date.now()
      sweep(now)
      const what = JSON.stringify([
        ctx.actor.id ?? ctx.actor.name,
        ctx.actor.credential ?? null,
        attempt.entry,
        attempt.missing,
        attempt.rule,
      ])
      const key = keyOf(what, attempt)
      if (!kinds.has(key) && kinds.size >= mostKinds) {
        const [oldest] = kinds
        if (oldest) end(...oldest)
      }
      const kind = kinds.get(key) ?? { what, ctx, attempt, since: now, written: 0, counted: 0 }
      kinds.set(key, kind)
      arm()
      if (kind.written < writtenPerMinute && queue.length < mostWaiting) {
        kind.written += 1
        write(ctx, attempt, 0)
        return
      }
      kind.counted += 1
      // the last one of those that are counted stands for them
      kind.ctx = ctx
      kind.attempt = attempt
    },
    async flush() {
      for (const [key, kind] of kinds) end(key, kind)
      while (writing) await writing
    },
  }
}

/** `more` > 0: one row for so many that were only counted. */
async function writeRefused(ctx: Context, attempt: RefusedAttempt, more: number): Promise<void> {
  const { action, entry, missing, rule, reason, about } = attempt
  const found = about === null ? null : await foundAbout(ctx, about)
  await transact(ctx.store, (tx) =>
    audit(tx, ctx, {
      action,
      // the entry, because a name of nothing is whatever somebody typed
      ...(found ?? { subjectType: 'entry', subjectId: entry, environmentId: null }),
      outcome: 'refused',
      reason: foreignText(reason, 500),
      detail: {
        entry,
        ...(missing === null ? {} : { missing }),
        ...(rule === null ? {} : { rule: foreignText(rule, 100) }),
        ...(more > 0 ? { times: more } : {}),
      },
    }),
  )
}
