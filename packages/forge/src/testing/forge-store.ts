import type { ForgeKind } from '../manifest/workflow-path.ts'

export interface ForgeRun {
  id: number
  repo: string
  file: string
  title: string
  ref: string
  status: string
  conclusion: string | null
  createdAt: Date
  inputs: Record<string, string>
  /** How many looks at a list or at itself pass it by before it shows. */
  hiddenFor: number
}

export interface ForgeStatus {
  id: number
  context: string
  state: string
  /** Left out: of every commit of every repository. */
  repo?: string
  sha?: string
  url?: string | null
}

export interface ForgeWorkflow {
  repo: string
  file: string
  /** Inputs that it knows; an order with another one is refused. */
  inputs: readonly string[]
  /** Its `run-name`. */
  title: (inputs: Readonly<Record<string, string>>) => string
}

export interface ForgeStoreOptions {
  kind: ForgeKind
  token: string
  /** Where links to it begin. */
  origin: () => string
  workflows: readonly ForgeWorkflow[]
  /** The most rows of a page, whatever is asked for. */
  pageClamp?: number
  /** Answers a dispatch with its run, when asked to. */
  tellsRun?: boolean
  /** How many looks a new run stays out of sight. */
  hiddenFor?: number
  now?: () => Date
  onRun?: (run: ForgeRun) => void
  onStatus?: (status: ForgeStatus) => void
}

export interface ForgeRequest {
  method: string
  /** Path and query, without whatever leads to the forge. */
  url: string
  headers: { authorization?: string | undefined }
  body: string
}

export type ForgeReply = [status: number, body: unknown]

const notFound: ForgeReply = [404, { message: 'Not Found' }]

/** What a forge holds and how it answers, as GitHub and Gitea do: tokens, refs, inputs, pages, runs that show late. */
export class ForgeStore {
  readonly runs: ForgeRun[] = []
  readonly statuses: ForgeStatus[] = []
  readonly #options: ForgeStoreOptions

  constructor(options: ForgeStoreOptions) {
    this.#options = options
  }

  /** What the header that opens it must say. */
  get authorization(): string {
    const { kind, token } = this.#options
    return kind === 'github' ? `Bearer ${token}` : `token ${token}`
  }

  answer(request: ForgeRequest): ForgeReply {
    const { kind, workflows } = this.#options
    const url = new URL(request.url, 'http://forge')
    if (request.headers.authorization !== this.authorization) return [401, { message: 'Bad credentials' }]
    const prefix = kind === 'github' ? '' : '/api/v1'
    const [, repo = '', rest = ''] = new RegExp(`^${prefix}/repos/([^/]+/[^/]+)(/.*)$`).exec(url.pathname) ?? []
    const known = workflows.filter((workflow) => workflow.repo === repo)
    if (known.length === 0) return notFound
    const [, file = '', what = ''] = /^\/actions\/workflows\/([^/]+)\/([a-z]+)$/.exec(rest) ?? []
    const workflow = known.find((one) => one.file === file)
    if (request.method === 'POST' && what === 'dispatches' && workflow !== undefined) {
      return this.#dispatched(workflow, url, request.body)
    }
    const [, newSha] = /^\/statuses\/([0-9a-f]{40})$/.exec(rest) ?? []
    if (request.method === 'POST' && newSha !== undefined) return this.#created(repo, newSha, request.body)
    if (request.method !== 'GET') return notFound

    const isList = kind === 'github' ? what === 'runs' && workflow !== undefined : rest === '/actions/runs'
    if (isList) {
      const since = Date.parse(url.searchParams.get('created')?.replace('>=', '') ?? '') || 0
      const rows = this.#shown(repo).filter(({ createdAt }) => createdAt.getTime() >= since)
      const runs = this.#page(url, rows.reverse()).map((run) => this.#wireRun(run))
      return [200, { total_count: rows.length, workflow_runs: runs }]
    }
    const run = this.#shown(repo).find(({ id }) => rest === `/actions/runs/${id}`)
    if (run !== undefined) return [200, this.#wireRun(run)]
    const [, sha] = /^\/commits\/([0-9a-f]{40})\/statuses$/.exec(rest) ?? []
    if (sha === undefined) return notFound
    const rows = this.statuses.filter((one) => (one.sha ?? sha) === sha && (one.repo ?? repo) === repo)
    return [200, this.#page(url, rows).map((status) => this.#wireStatus(status))]
  }

  /** Sets a check of a commit, as a job does. */
  setStatus(repo: string, sha: string, { context, state, url = null }: Omit<ForgeStatus, 'id'>): ForgeStatus {
    const status = { id: (this.statuses.at(-1)?.id ?? 0) + 1, repo, sha, context, state, url }
    this.statuses.push(status)
    this.#options.onStatus?.(status)
    return status
  }

  #dispatched({ repo, file, inputs: known, title }: ForgeWorkflow, url: URL, body: string): ForgeReply {
    const { tellsRun = false, hiddenFor = 0, now = () => new Date(), onRun } = this.#options
    const order = JSON.parse(body) as { ref: string; inputs?: Record<string, string>; return_run_details?: boolean }
    if (order.ref !== 'main') return [422, { message: `No ref found for: ${order.ref}` }]
    const inputs = order.inputs ?? {}
    const unexpected = Object.keys(inputs).filter((name) => !known.includes(name))
    if (unexpected.length > 0) return [422, { message: `Unexpected inputs provided: ${JSON.stringify(unexpected)}` }]
    const run: ForgeRun = {
      id: 1000 + this.runs.length,
      repo,
      file,
      title: title(inputs),
      ref: 'refs/heads/main',
      status: 'queued',
      conclusion: null,
      createdAt: now(),
      inputs,
      hiddenFor,
    }
    this.runs.push(run)
    onRun?.(run)
    const isAsked = order.return_run_details === true || url.searchParams.get('return_run_details') === 'true'
    return tellsRun && isAsked ? [200, { workflow_run_id: run.id }] : [204, null]
  }

  #created(repo: string, sha: string, body: string): ForgeReply {
    const { context = 'default', state = '', target_url: url = null } = JSON.parse(body)
    if (!['pending', 'success', 'failure', 'error'].includes(state)) return [422, { message: `No state: ${state}` }]
    return [201, this.#wireStatus(this.setStatus(repo, sha, { context, state, url }))]
  }

  #shown(repo: string): ForgeRun[] {
    const ours = this.runs.filter((run) => run.repo === repo)
    const visible = ours.filter(({ hiddenFor }) => hiddenFor <= 0)
    for (const run of ours) run.hiddenFor -= 1
    return visible
  }

  #page<T>(url: URL, rows: T[]): T[] {
    const { kind, pageClamp = 100 } = this.#options
    const asked = Number(url.searchParams.get(kind === 'github' ? 'per_page' : 'limit') ?? 30)
    const size = Math.min(asked, pageClamp)
    return rows.slice((Number(url.searchParams.get('page') ?? 1) - 1) * size).slice(0, size)
  }

  #wireRun({ id, repo, file, title, ref, status, conclusion, createdAt }: ForgeRun): object {
    const at = createdAt.toISOString()
    const html_url = `${this.#options.origin()}/${repo}/actions/runs/${id}`
    const head_sha = 'a'.repeat(40)
    const common = { id, display_title: title, status, event: 'workflow_dispatch', head_sha, html_url }
    const path = `.github/workflows/${file}`
    return this.#options.kind === 'github'
      ? { ...common, conclusion, name: file.replace(/\.ya?ml$/, ''), path, created_at: at, run_attempt: 1 }
      : {
          ...common,
          conclusion: conclusion ?? '',
          path: `${file}@${ref}`,
          started_at: status === 'queued' ? '1970-01-01T00:00:00Z' : at,
        }
  }

  #wireStatus({ id, context, state, url = null }: ForgeStatus): object {
    return this.#options.kind === 'github'
      ? { id, context, state, target_url: url }
      : { id, context, status: state, target_url: url ?? '' }
  }
}
