import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { childEnvironment } from '../lib/node.mjs'
import { tailOf } from '../lib/run-logged.mjs'
import { say } from '../lib/say.mjs'
import { type ChildRecord, signalGroup } from './orphans.ts'

/** Variables of ours that open something, or tell who opens it. */
const isSecret = (name: string) => /^(?:ROLLCALL_(?:.*(?:TOKEN|SECRET|PASSWORD|KEY)|REGISTRY_)|PGPASSWORD$)/.test(name)

/**
 * What a process is told besides what is no secret: of the database how to reach it, never as its owner, who is ours
 * alone; and of the secrets in our own environment those that it takes. What a process does not have it cannot leak.
 */
export function environmentOf(spec: ChildSpec): Record<string, string | undefined> {
  const kept = Object.keys(process.env).filter((name) => isSecret(name) && !spec.takes?.test(name))
  return {
    ...Object.fromEntries(kept.map((name) => [name, undefined])),
    DATABASE_URL: undefined,
    ROLLCALL_MIGRATE_URL: undefined,
    ...spec.env(),
  }
}

/** One process that is kept running. */
export interface ChildSpec {
  name: string
  /** the JavaScript or TypeScript file that Node runs, and its arguments */
  args: string[]
  cwd: string
  /** asked anew at every start, because the database may have moved to another port meanwhile */
  env: () => Record<string, string | undefined>
  /** names of the secrets that it is handed on from the environment of the start; none unless told */
  takes?: RegExp
  /** how long it may take to end once asked */
  exitSeconds: number
}

/** A child that dies sooner than this after its start died quickly; so many quick deaths in a row end the trying. */
const QUICK_MS = 10_000
const QUICK_DEATHS = 5
const BACKOFF_MS = [500, 1_000, 2_000, 4_000, 8_000]

export interface ChildOptions {
  home: string
  record: ChildRecord
  onGivenUp: (child: Child) => void
  /** how long to wait after the first, second … quick death */
  backoffMs?: readonly number[]
}

/**
 * Keeps one process running: started again when it dies, a little later each time, until it has died quickly five times
 * in a row. What it says goes to `<home>/logs/<name>.log`; the log of the last life is kept beside it.
 */
export class Child {
  readonly spec: ChildSpec
  readonly logFile: string
  readonly #record: ChildRecord
  readonly #onGivenUp: (child: Child) => void
  #process: ChildProcess | null = null
  #exited: Promise<void> = Promise.resolve()
  #stopping = new AbortController()
  #quickDeaths = 0
  readonly #backoffMs: readonly number[]

  constructor(spec: ChildSpec, options: ChildOptions) {
    this.spec = spec
    this.#record = options.record
    this.#onGivenUp = options.onGivenUp
    this.#backoffMs = options.backoffMs ?? BACKOFF_MS
    this.logFile = path.join(options.home, 'logs', `${spec.name}.log`)
    mkdirSync(path.dirname(this.logFile), { recursive: true })
    try {
      renameSync(this.logFile, `${this.logFile}.1`)
    } catch {
      // its first life
    }
  }

  get isRunning(): boolean {
    return this.#process !== null
  }

  start(): void {
    const startedAt = Date.now()
    const log = openSync(this.logFile, 'a', 0o600)
    const preload = path.join(import.meta.dirname, 'with-parent.mjs')
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--import', preload, ...this.spec.args],
      {
        cwd: this.spec.cwd,
        env: {
          ...childEnvironment(),
          ROLLCALL_EXIT_SECONDS: String(this.spec.exitSeconds),
          ...environmentOf(this.spec),
        },
        // Its own session: a Ctrl-C in the terminal reaches only the launcher, which then ends the others in order.
        detached: true,
        stdio: ['ignore', log, log, 'ipc'],
      },
    )
    closeSync(log)
    this.#process = child
    const { pid } = child
    if (pid) this.#record.add(this.spec.name, pid)
    this.#exited = new Promise((resolve) => {
      const ended = (how: string) => {
        if (pid) {
          signalGroup(pid, 'SIGKILL') // whatever it started and left
          this.#record.remove(pid)
        }
        this.#process = null
        resolve()
        if (!this.#stopping.signal.aborted) this.#startAgain(how, Date.now() - startedAt)
      }
      child.once('error', (error) => ended(error.message))
      child.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`))
    })
  }

  async #startAgain(how: string, livedMs: number): Promise<void> {
    const { name } = this.spec
    this.#quickDeaths = livedMs < QUICK_MS ? this.#quickDeaths + 1 : 0
    if (this.#quickDeaths >= QUICK_DEATHS) {
      say(
        name,
        `ended ${QUICK_DEATHS} times right after its start (${how}); not tried again. Its last lines:\n${this.tail()}`,
      )
      this.#onGivenUp(this)
      return
    }
    const waitMs = this.#backoffMs[Math.max(0, this.#quickDeaths - 1)] ?? 8_000
    say(name, `ended (${how}): started again in ${waitMs / 1000} s`)
    await delay(waitMs, null, { signal: this.#stopping.signal }).catch(() => {})
    if (!this.#stopping.signal.aborted) this.start()
  }

  /** Ends it and resolves when it is gone; by force when it takes longer than its spec allows. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    const running = this.#process
    if (!running?.pid) return
    running.kill('SIGTERM')
    const force = setTimeout(() => this.kill(), (this.spec.exitSeconds + 1) * 1000)
    await this.#exited
    clearTimeout(force)
  }

  /** Ends it so that it is started again, with the environment of then. */
  restart(): void {
    this.#process?.kill('SIGTERM')
  }

  /** Ends it at once, with everything it started. */
  kill(): void {
    this.#stopping.abort()
    if (this.#process?.pid) signalGroup(this.#process.pid, 'SIGKILL')
  }

  tail(): string {
    return tailOf(this.logFile, 15)
  }
}
