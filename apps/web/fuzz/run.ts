import type { FuzzEntry } from './entries.ts'
import { watchHealth } from './health.ts'
import type { Memory } from './inside.ts'
import { complaintsAbout } from './judge.ts'
import { type Answer, askOnce, type Line, NoAnswer, openLine } from './line.ts'
import { type FuzzRequest, requestFor } from './requests.ts'
import { isReadWhole } from './wire.ts'
import { type FuzzWorld, rowsOf } from './world.ts'

export interface FuzzOptions {
  /** requests per entry */
  count: number
  seed: number
  /** of each entry; by default from the first one on */
  first?: number
  /** ends earlier than `count` says */
  minutes?: number
  connections?: number
  /** how long the server may take to say that it is alive, at worst */
  healthMs?: number
  onProgress?: (sent: number, of: number) => void
  /** leaves out what may still be worked on when its connection has ended */
  regularOnly?: boolean
  /** looks closer at each answer, when requests go one after the other; what is wrong, or null */
  look?: (entry: FuzzEntry, answer: Answer) => Promise<string | null>
}

interface Tally {
  sent: number
  /** answers by status; 0: none, where none is right */
  statuses: Map<number, number>
  slowestMs: number
}

export interface Failure {
  entry: string
  at: number
  sort: string
  complaint: string
  /** the bytes, as one line of text */
  request: string
  answer: string
}

export interface FuzzReport {
  tallies: Map<string, Tally>
  sent: number
  seconds: number
  failures: Failure[]
  /** what is wrong with the process as a whole */
  complaints: string[]
  health: { worstMs: number; asked: number }
  /** after a tenth, at half time and at the end */
  memory: readonly (Memory | null)[]
  grown: Map<string, number>
}

const mebibyte = 2 ** 20
/** As many distinct failures are told; beyond that, one more tells nothing. */
const mostFailures = 40

/**
 * Sends `count` requests to every entry, all entries in turn, and judges every answer and, at the end, the process: it
 * lives, under the same id; it answered /healthz within the bound all the time; after a forced collection it holds no more
 * at the end than it did at half time (a tenth and 16 MiB are granted), and its resident size is no larger either (a
 * quarter and 128 MiB are granted: what was once needed for large bodies is not given back).
 */
export async function fuzz(world: FuzzWorld, entries: readonly FuzzEntry[], options: FuzzOptions): Promise<FuzzReport> {
  const { count, seed, first = 0, minutes = Number.POSITIVE_INFINITY, connections = 24, healthMs = 2_000 } = options
  const schedule = scheduleOf(entries, first, count)
  const total = schedule.length
  const tallies = new Map(
    entries.map(({ name }) => [name, { sent: 0, statuses: new Map<number, number>(), slowestMs: 0 }]),
  )
  const failures: Failure[] = []
  const known = new Set<string>()
  const startedAt = performance.now()
  const endsAt = startedAt + minutes * 60_000
  const before = await rowsOf(world.database)
  const health = watchHealth(world.port)
  let next = 0
  let sent = 0

  function fail(entry: FuzzEntry, at: number, request: FuzzRequest, complaint: string, answer: Answer | null): void {
    const key = `${entry.name} ${complaint.slice(0, 60)}`
    if (known.has(key) || failures.length >= mostFailures) return
    known.add(key)
    failures.push({
      entry: entry.name,
      at,
      sort: request.sort,
      complaint,
      request: oneLine(request.bytes),
      answer: answer === null ? '' : oneLine(Buffer.concat([Buffer.from(`${answer.head}\n\n`), answer.body])),
    })
  }

  async function send(line: Line, entry: FuzzEntry, at: number): Promise<Line> {
    const request = requestFor(entry, { seed, at, ...world })
    if (options.regularOnly && !request.isRegular) return line
    const tally = tallies.get(entry.name) as Tally
    const sentAt = performance.now()
    // a body that is refused unread may cost the answer, and a stream its connection
    const isShared = request.isRegular && !request.mayStream && isReadWhole(request)
    try {
      const answers = isShared
        ? [await line.ask(request.bytes, request.isHead)]
        : await askOnce(world.port, request.bytes, {
            isHead: request.isHead,
            streams: request.isRegular && request.mayStream,
          })
      for (const answer of answers) {
        tally.statuses.set(answer.status, (tally.statuses.get(answer.status) ?? 0) + 1)
        for (const complaint of complaintsAbout(answer, world.leaksIn)) fail(entry, at, request, complaint, answer)
        const seen = (await options.look?.(entry, answer)) ?? null
        if (seen !== null) fail(entry, at, request, seen, answer)
      }
      if (answers.length === 0) tally.statuses.set(0, (tally.statuses.get(0) ?? 0) + 1)
    } catch (error) {
      if (!(error instanceof NoAnswer) && world.isAlive()) throw error
      fail(entry, at, request, `${(error as Error).message}${isShared ? line.before() : ''}`, null)
    }
    tally.sent += 1
    tally.slowestMs = Math.max(tally.slowestMs, performance.now() - sentAt)
    return line.isOpen() ? line : openLine(world.port)
  }

  async function work(until: number): Promise<void> {
    let line = await openLine(world.port)
    while (next < until && performance.now() < endsAt && world.isAlive()) {
      const turn = schedule[next++] as Turn
      line = await send(line, turn.entry, turn.at)
      sent += 1
      if (sent % 5_000 === 0) options.onProgress?.(sent, total)
      // last: while it waits, the others count on
      if (sent % 500 === 0) await world.keep()
    }
    line.close()
  }

  const everybody = async (until: number) => {
    const ended = await Promise.allSettled(Array.from({ length: connections }, () => work(until)))
    // once the process is gone nobody can connect: that is said below
    for (const one of ended) if (one.status === 'rejected' && world.isAlive()) throw one.reason
  }
  const memory: (Memory | null)[] = []
  for (const share of [0.1, 0.5, 1]) {
    await everybody(Math.max(1, Math.floor(total * share)))
    memory.push(await world.memory())
  }
  const healthSeen = await health.stop()
  const after = await rowsOf(world.database)

  const complaints: string[] = []
  const [, half, end] = memory
  if (!world.isAlive() || end?.pid !== world.pid) complaints.push('the process has ended')
  if (healthSeen.worstMs > healthMs) {
    complaints.push(`/healthz took ${healthSeen.worstMs.toFixed(0)} ms (at most ${healthMs})`)
  }
  if (half && end && end.held > half.held * 1.1 + 16 * mebibyte) complaints.push('it holds more and more memory')
  if (half && end && end.rss > half.rss * 1.25 + 128 * mebibyte) complaints.push('it grows and grows')
  const unhandled = /unhandled|uncaught|MaxListenersExceeded|ERR_STREAM|TypeError|RangeError/i.exec(world.said())
  if (unhandled)
    complaints.push(`its log says: ${world.said().slice(Math.max(0, unhandled.index - 300), unhandled.index + 900)}`)
  return {
    tallies,
    sent,
    seconds: (performance.now() - startedAt) / 1000,
    failures,
    complaints,
    health: healthSeen,
    memory,
    grown: new Map(
      [...after].flatMap(([name, rows]) =>
        rows > (before.get(name) ?? 0) ? [[name, rows - (before.get(name) ?? 0)]] : [],
      ),
    ),
  }
}

interface Turn {
  entry: FuzzEntry
  at: number
}

/** Drawing a page costs as much as many answers of data: each gets a request for every 20 of the others. */
const pageEvery = 20

/** All entries in turn, so that whatever happens between two of them happens. */
function scheduleOf(entries: readonly FuzzEntry[], first: number, count: number): Turn[] {
  const turns: Turn[] = []
  for (let at = first; at < first + count; at += 1) {
    for (const entry of entries)
      if (entry.kind !== 'page' || at % pageEvery === first % pageEvery) turns.push({ entry, at })
  }
  return turns
}

/** Bytes as text that can be pasted into `printf`. */
const oneLine = (bytes: Buffer) => {
  const text = JSON.stringify(bytes.subarray(0, 3_000).toString('latin1')).slice(1, -1)
  return bytes.byteLength > 3_000 ? `${text}… (${bytes.byteLength} bytes)` : text
}
