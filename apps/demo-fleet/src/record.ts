import { createWriteStream, type WriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'

export interface PerSlug {
  slug: string
  action: 'start' | 'replace' | 'none'
  before: string | null
  after: string | null
  outcome: 'done' | 'failed' | 'not_reached'
  startedAt: string | null
  endedAt: string | null
}

/** A redeploy call (no dry run) that came in, written before it is acted on, so that a call cut short by a kill is known too. */
export interface ReceivedItem {
  kind: 'received'
  callId: string
  slugs: string[]
  tag: string
  sha: string
}
/** A redeploy call that was answered (or would have been, had the client stayed). `slugs` null = the whole fleet. */
export interface RedeployItem {
  kind: 'redeploy'
  callId: string
  slugs: string[] | null
  tag: string | null
  sha: string | null
  dryRun: boolean
  perSlug: PerSlug[]
  /** null when the connection ended without an answer */
  status: number | null
}
/** The edge showed `sha` on a tenant's /buildinfo for the first time since it showed another one. */
export interface ServedItem {
  kind: 'served'
  slug: string
  sha: string
}
export type RecordItem = { seq: number; at: string; env: string } & (ReceivedItem | RedeployItem | ServedItem)

/** Everything that reached one environment: append-only, on disk and in memory, oldest first. */
export class CallRecord {
  readonly #env: string
  readonly #path: string
  readonly #servedShas = new Map<string, string>()
  #items: RecordItem[] = []
  #seq = 0
  #stream: WriteStream | null = null

  constructor(env: string, path: string) {
    this.#env = env
    this.#path = path
  }

  async open(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    for (const line of text.split('\n')) {
      const item = parseLine(line)
      if (item === null) continue
      this.#items.push(item)
      this.#seq = Math.max(this.#seq, item.seq)
      if (item.kind === 'served') this.#servedShas.set(item.slug, item.sha)
    }
    this.#stream = createWriteStream(this.#path, { flags: 'a' })
    // A killed process may have left half a line; a line end of our own keeps it from eating the next item.
    if (text !== '' && !text.endsWith('\n')) this.#stream.write('\n')
  }

  add(entry: ReceivedItem | RedeployItem | ServedItem): void {
    this.#seq += 1
    const item = { seq: this.#seq, at: new Date().toISOString(), env: this.#env, ...entry } as RecordItem
    this.#items.push(item)
    if (this.#items.length > 400_000) this.#items = this.#items.slice(-200_000)
    this.#stream?.write(`${JSON.stringify(item)}\n`)
  }

  /** Notes a served build once per change; called for every /buildinfo, so the common case is one map look-up. */
  served(slug: string, sha: string): void {
    if (this.#servedShas.get(slug) === sha) return
    this.#servedShas.set(slug, sha)
    this.add({ kind: 'served', slug, sha })
  }

  /** Oldest first, after `since` (a sequence number, a point in time, empty = everything); the `last` ones, 0 = all. */
  list(since: string, last = 0): RecordItem[] {
    const items = this.#after(since)
    return last > 0 ? items.slice(-last) : items
  }

  #after(since: string): RecordItem[] {
    if (since === '') return this.#items
    if (/^\d+$/.test(since)) return this.#items.filter((item) => item.seq > Number(since))
    const from = new Date(since).getTime()
    return this.#items.filter((item) => new Date(item.at).getTime() >= from)
  }

  close(): Promise<void> {
    const stream = this.#stream
    this.#stream = null
    return stream === null ? Promise.resolve() : new Promise((resolve) => stream.end(() => resolve()))
  }
}

function parseLine(line: string): RecordItem | null {
  if (line === '') return null
  try {
    return JSON.parse(line) as RecordItem
  } catch {
    return null
  }
}
