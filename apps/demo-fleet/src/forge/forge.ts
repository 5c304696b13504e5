import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  actsFirst,
  deployWorkflow,
  type ForgeFault,
  type ForgeReply,
  type ForgeRun,
  type ForgeStatus,
  ForgeStore,
  failAs,
  sendForgeReply,
} from '@rollcall/forge/testing'
import { AppendLog } from '../append-log.ts'
import type { ForgeConfig } from '../config.ts'
import { readBody } from '../http.ts'
import { StateFile } from '../state-file.ts'
import { type Switch, Switches } from '../switches.ts'
import { Hooks } from './hooks.ts'
import { live } from './run-life.ts'

/** One request to its API, as it ended. */
export interface ForgeItem {
  seq: number
  at: string
  method: string
  path: string
  status: number | null
  fault: ForgeFault | null
}

interface Saved {
  runs: ForgeRun[]
  statuses: ForgeStatus[]
  switches: Switch<ForgeFault>[]
}

export const sourceRepo = 'acme/workspace-server'

/** A Gitea for one machine: two repositories, workflow runs with a life, checks, signed webhooks, faults by name. */
export class DemoForge {
  readonly store: ForgeStore
  readonly hooks: Hooks
  readonly switches = new Switches<ForgeFault>()
  readonly record: AppendLog<ForgeItem>
  readonly #file: StateFile<Saved>
  readonly #deploy: (run: ForgeRun) => Promise<boolean>
  readonly #ending = new AbortController()

  constructor(
    config: ForgeConfig,
    host: { stateFolder: string; origin: () => string; deploy: (run: ForgeRun) => Promise<boolean> },
  ) {
    this.#deploy = host.deploy
    this.hooks = new Hooks(host.stateFolder, config.hook)
    this.record = new AppendLog(join(host.stateFolder, 'forge.record.jsonl'))
    this.store = new ForgeStore({
      kind: 'gitea',
      token: config.token,
      origin: host.origin,
      tellsRun: true,
      workflows: [deployWorkflow, { ...deployWorkflow, repo: sourceRepo }],
      onRun: (run) => void this.#live(run),
      onStatus: (status) => void this.#tellStatus(status),
    })
    this.#file = new StateFile(join(host.stateFolder, 'forge.json'), () => ({
      runs: this.store.runs,
      statuses: this.store.statuses,
      switches: [...this.switches.list()],
    }))
  }

  /** Takes up what was there before; runs that were under way go on. */
  async open(): Promise<void> {
    await Promise.all([this.hooks.log.open(), this.record.open()])
    const saved = await this.#file.load()
    this.switches.load(saved?.switches ?? [])
    this.store.statuses.push(...(saved?.statuses ?? []))
    for (const run of saved?.runs ?? []) {
      const known = { ...run, createdAt: new Date(run.createdAt) }
      this.store.runs.push(known)
      if (known.status !== 'completed') void this.#live(known)
    }
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#file.save()
    await Promise.all([this.hooks.log.close(), this.record.close()])
  }

  save(): Promise<void> {
    return this.#file.save()
  }

  /** Its API; `path` begins with `/api/v1` and has its query. */
  async serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = request
    const body = (await readBody(request, 1024 * 1024)).toString('utf8')
    const note = (status: number | null, fault: ForgeFault | null) =>
      this.record.append({ method, path: path.slice(0, 300), status, fault })
    // Somebody without the token meets no faults, and uses none of them up.
    const isIn = headers.authorization === this.store.authorization
    const fault = isIn ? this.switches.take(method, path) : null
    if (fault !== null && !actsFirst(fault)) {
      note(null, fault)
      return failAs(fault, response, headers.authorization ?? '')
    }
    const [status, answer] = this.#answerTo({ method, url: path, headers, body })
    if (method !== 'GET' && status < 300) await this.#file.save()
    note(fault === null ? status : null, fault)
    if (fault !== null) return failAs(fault, response, headers.authorization ?? '')
    sendForgeReply(response, status, answer)
  }

  #answerTo(request: Parameters<ForgeStore['answer']>[0]): ForgeReply {
    try {
      return this.store.answer(request)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      return [400, { message: 'the body is not JSON' }]
    }
  }

  /** Ends a run as a person does. False when there is none that is under way. */
  end(id: number, conclusion: string): boolean {
    const run = this.store.runs.find((one) => one.id === id && one.status !== 'completed')
    if (run === undefined) return false
    Object.assign(run, { status: 'completed', conclusion })
    void this.#tellRun(run)
    return true
  }

  async #live(run: ForgeRun): Promise<void> {
    const wait = (ms: number) => delay(ms, undefined, { signal: this.#ending.signal, ref: false })
    await live(run, { deploy: this.#deploy, changed: (changed) => this.#tellRun(changed), wait }).catch(() => {})
  }

  async #tellRun(run: ForgeRun): Promise<void> {
    await this.#file.save()
    const { id, repo, file, title, status, conclusion } = run
    const isCompleted = status === 'completed'
    await this.hooks.send('workflow_run', {
      action: isCompleted ? 'completed' : 'in_progress',
      workflow: { name: title },
      workflow_run: {
        id,
        name: file.replace(/\.ya?ml$/, ''),
        path: `${file}@refs/heads/main`,
        event: 'workflow_dispatch',
        status,
        conclusion,
        head_sha: run.inputs.sha ?? 'a'.repeat(40),
        head_branch: 'main',
        updated_at: new Date().toISOString(),
      },
      repository: { full_name: repo },
    })
  }

  async #tellStatus({ id, repo, sha, context, state, url }: ForgeStatus): Promise<void> {
    await this.#file.save()
    const repository = { full_name: repo }
    await this.hooks.send('status', { id, sha, context, state, target_url: url ?? null, repository })
  }
}
