import { AppendLog } from './append-log.ts'

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

/** Everything that reached one environment, oldest first. */
export class CallRecord extends AppendLog<RecordItem> {
  readonly #env: string
  readonly #servedShas = new Map<string, string>()

  constructor(env: string, path: string) {
    super(path)
    this.#env = env
  }

  override async open(): Promise<void> {
    await super.open()
    for (const item of this.list('')) if (item.kind === 'served') this.#servedShas.set(item.slug, item.sha)
  }

  add(entry: ReceivedItem | RedeployItem | ServedItem): void {
    this.append({ env: this.#env, ...entry })
  }

  /** Notes a served build once per change; called for every /buildinfo, so the common case is one map look-up. */
  served(slug: string, sha: string): void {
    if (this.#servedShas.get(slug) === sha) return
    this.#servedShas.set(slug, sha)
    this.add({ kind: 'served', slug, sha })
  }
}
