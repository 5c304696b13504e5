import type { ServerResponse } from 'node:http'
import type { ForgeAccess } from '../api/access.ts'
import type { ForgeKind } from '../manifest/workflow-path.ts'
import { type SeenRequest, serve, type TestServer } from './servers.ts'

/** What may go wrong with the next request, by name. */
export type ForgeFault =
  | 'silent_after_acting'
  | 'hang_up_after_acting'
  | 'server_error'
  | 'bad_gateway'
  | 'rate_limited'
  | 'moved'
  | 'html'
  | 'not_json'
  | 'echo_token'

export interface ForgeRun {
  id: number
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
}

export interface ForgeOptions {
  kind: ForgeKind
  /** The most rows of a page, whatever is asked for. */
  pageClamp?: number
  /** Answers a dispatch with its run, when asked to. */
  tellsRun?: boolean
  /** How many looks a new run stays out of sight. */
  hiddenFor?: number
  now?: () => Date
}

/**
 * A small forge: one repository `acme/infra` with one workflow `deploy.yaml` on `main`, whose `run-name` holds the input
 * `rollcall`. It checks tokens, refs and inputs as GitHub and Gitea do, pages, shows runs late, and fails by name.
 */
export interface TestForge extends TestServer {
  access: ForgeAccess
  runs: ForgeRun[]
  statuses: ForgeStatus[]
  /** Faults of the next requests, in order; the path must contain `on`. */
  failNext(fault: ForgeFault, times?: number, on?: string): void
  end(runId: number, conclusion: string): void
}

export const forgeToken = 'planted-T0ken-9f8e7d6c5b4a'
const inputs = ['environment', 'sha', 'version', 'deploy_name', 'rollcall']

export async function startForge(options: ForgeOptions): Promise<TestForge> {
  const { kind, pageClamp = 100, tellsRun = false, hiddenFor = 0, now = () => new Date() } = options
  const runs: ForgeRun[] = []
  const statuses: ForgeStatus[] = []
  const faults: { fault: ForgeFault; on: string }[] = []

  const server = await serve((request, response) => {
    const at = faults.findIndex(({ on }) => request.url.includes(on))
    const [found] = at === -1 ? [] : faults.splice(at, 1)
    if (found !== undefined && !found.fault.endsWith('after_acting')) return failAs(found.fault, response)
    const answer = answerTo(request)
    if (found?.fault === 'silent_after_acting') return
    if (found?.fault === 'hang_up_after_acting') return void response.destroy()
    send(response, ...answer)
  })

  const prefix = kind === 'github' ? '' : '/api/v1'
  const authorization = kind === 'github' ? `Bearer ${forgeToken}` : `token ${forgeToken}`

  function answerTo(request: SeenRequest): [number, unknown] {
    const url = new URL(request.url, 'http://forge')
    if (request.headers.authorization !== authorization) return [401, { message: 'Bad credentials' }]
    const repo = `${prefix}/repos/acme/infra`
    if (!url.pathname.startsWith(`${repo}/`)) return [404, { message: 'Not Found' }]
    const rest = url.pathname.slice(repo.length)
    if (request.method === 'POST' && rest === '/actions/workflows/deploy.yaml/dispatches')
      return dispatched(url, request)
    if (request.method !== 'GET') return [404, { message: 'Not Found' }]
    const list = kind === 'github' ? '/actions/workflows/deploy.yaml/runs' : '/actions/runs'
    if (rest === list) {
      const since = Date.parse(url.searchParams.get('created')?.replace('>=', '') ?? '') || 0
      const rows = shown().filter(({ createdAt }) => createdAt.getTime() >= since)
      return [200, { total_count: rows.length, workflow_runs: page(url, rows.reverse()).map(wireRun) }]
    }
    const run = shown().find(({ id }) => rest === `/actions/runs/${id}`)
    if (run !== undefined) return [200, wireRun(run)]
    if (/^\/commits\/[0-9a-f]{40}\/statuses$/.test(rest)) return [200, page(url, statuses).map(wireStatus)]
    return [404, { message: 'Not Found' }]
  }

  function dispatched(url: URL, { body }: SeenRequest): [number, unknown] {
    const order = JSON.parse(body) as { ref: string; inputs: Record<string, string>; return_run_details?: boolean }
    if (order.ref !== 'main') return [422, { message: `No ref found for: ${order.ref}` }]
    const unexpected = Object.keys(order.inputs).filter((name) => !inputs.includes(name))
    if (unexpected.length > 0) return [422, { message: `Unexpected inputs provided: ${JSON.stringify(unexpected)}` }]
    const id = 1000 + runs.length
    runs.push({
      id,
      file: 'deploy.yaml',
      title: `Deploy ${order.inputs.deploy_name ?? ''} (${order.inputs.rollcall ?? ''})`,
      ref: 'refs/heads/main',
      status: 'queued',
      conclusion: null,
      createdAt: now(),
      inputs: order.inputs,
      hiddenFor,
    })
    const isAsked = order.return_run_details === true || url.searchParams.get('return_run_details') === 'true'
    return tellsRun && isAsked ? [200, { workflow_run_id: id }] : [204, null]
  }

  function shown(): ForgeRun[] {
    const visible = runs.filter(({ hiddenFor }) => hiddenFor <= 0)
    for (const run of runs) run.hiddenFor -= 1
    return visible
  }

  function page<T>(url: URL, rows: T[]): T[] {
    const asked = Number(url.searchParams.get(kind === 'github' ? 'per_page' : 'limit') ?? 30)
    const size = Math.min(asked, pageClamp)
    return rows.slice((Number(url.searchParams.get('page') ?? 1) - 1) * size).slice(0, size)
  }

  function wireRun({ id, file, title, ref, status, conclusion, createdAt }: ForgeRun): object {
    const common = { id, display_title: title, status, event: 'workflow_dispatch', head_sha: 'a'.repeat(40) }
    const at = createdAt.toISOString()
    const html_url = `${server.url}/acme/infra/actions/runs/${id}`
    return kind === 'github'
      ? {
          ...common,
          html_url,
          conclusion,
          name: 'deploy',
          path: `.github/workflows/${file}`,
          created_at: at,
          run_attempt: 1,
        }
      : {
          ...common,
          html_url,
          conclusion: conclusion ?? '',
          path: `${file}@${ref}`,
          started_at: status === 'queued' ? '1970-01-01T00:00:00Z' : at,
        }
  }

  function wireStatus({ id, context, state }: ForgeStatus): object {
    return kind === 'github' ? { id, context, state, target_url: null } : { id, context, status: state, target_url: '' }
  }

  function failAs(fault: ForgeFault, response: ServerResponse): void {
    if (fault === 'server_error') send(response, 500, { message: 'oops' })
    else if (fault === 'bad_gateway') send(response, 502, '<html><title>Bad gateway</title></html>')
    else if (fault === 'rate_limited')
      send(response, 403, { message: 'API rate limit exceeded' }, { 'retry-after': '7' })
    else if (fault === 'moved') send(response, 301, '', { location: 'http://elsewhere.example.com/' })
    else if (fault === 'html') send(response, 200, '<html>please log in</html>')
    else if (fault === 'not_json') send(response, 200, '{"id": ')
    else send(response, 400, { message: `bad header: authorization: ${authorization} and ${forgeToken}` })
  }

  return {
    ...server,
    access: { kind, url: server.url, token: forgeToken, tellsRun },
    runs,
    statuses,
    failNext(fault, times = 1, on = '') {
      for (let i = 0; i < times; i++) faults.push({ fault, on })
    },
    end(runId, conclusion) {
      const run = runs.find(({ id }) => id === runId)
      if (run === undefined) throw new Error(`no run ${runId}`)
      Object.assign(run, { status: 'completed', conclusion })
    },
  }
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
  response.end(status === 204 ? undefined : isText ? body : JSON.stringify(body))
}
