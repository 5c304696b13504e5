import { serve, type TestServer } from '@rollcall/outbound/testing'
import type { ForgeAccess } from '../api/access.ts'
import type { ForgeKind } from '../manifest/workflow-path.ts'
import { actsFirst, type ForgeFault, failAs, send } from './forge-faults.ts'
import { type ForgeRun, type ForgeStatus, ForgeStore } from './forge-store.ts'

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

/** The workflow that `acme/infra` deploys with. */
export const deployWorkflow = {
  repo: 'acme/infra',
  file: 'deploy.yaml',
  inputs: ['environment', 'sha', 'version', 'deploy_name', 'rollcall'],
  title: ({ deploy_name = '', rollcall = '' }: Readonly<Record<string, string>>) =>
    `Deploy ${deploy_name} (${rollcall})`,
}

export async function startForge(options: ForgeOptions): Promise<TestForge> {
  const { kind, tellsRun = false } = options
  const faults: { fault: ForgeFault; on: string }[] = []
  const store = new ForgeStore({
    ...options,
    token: forgeToken,
    origin: () => server.url,
    workflows: [deployWorkflow],
  })
  const server = await serve((request, response) => {
    const at = faults.findIndex(({ on }) => request.url.includes(on))
    const [found] = at === -1 ? [] : faults.splice(at, 1)
    if (found !== undefined && !actsFirst(found.fault)) return failAs(found.fault, response, store.authorization)
    const answer = store.answer(request)
    if (found !== undefined) return failAs(found.fault, response, store.authorization)
    send(response, ...answer)
  })

  return {
    ...server,
    access: { kind, url: server.url, token: forgeToken, tellsRun },
    runs: store.runs,
    statuses: store.statuses,
    failNext(fault, times = 1, on = '') {
      for (let i = 0; i < times; i++) faults.push({ fault, on })
    },
    end(runId, conclusion) {
      const run = store.runs.find(({ id }) => id === runId)
      if (run === undefined) throw new Error(`no run ${runId}`)
      Object.assign(run, { status: 'completed', conclusion })
    },
  }
}
