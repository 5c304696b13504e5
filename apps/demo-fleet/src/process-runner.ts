import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { Gate } from './gate.ts'
import { askHealth } from './health.ts'
import { end, exists } from './pids.ts'
import type { Ports } from './ports.ts'
import { BuildFailed, type Runner, type Running, type StartOrder } from './runner.ts'

export interface ProcessRunnerOptions {
  program: string
  stateFolder: string
  leaseFile: string
  healthSeconds: number
  orphanSeconds: number
  ports: Ports
}

/** Real tenant processes: detached, so that they survive this one, and known again by their instance id. */
export class ProcessRunner implements Runner {
  readonly #options: ProcessRunnerOptions
  readonly #children = new Map<string, ChildProcess>()
  /** More starts at once than this only make each of them slower. */
  readonly #gate = new Gate(8)
  readonly #logFile: number
  #closed = false

  constructor(options: ProcessRunnerOptions) {
    this.#options = options
    this.#logFile = openSync(join(options.stateFolder, 'tenants.log'), 'a')
  }

  async start(order: StartOrder): Promise<Running> {
    return this.#gate.run(async () => {
      // Another program may have taken a port between our choice and its use; the tenant then says so and ends.
      for (let attempt = 1; ; attempt += 1) {
        const port = this.#options.ports.take()
        try {
          return await this.#startOn(port, order)
        } catch (error) {
          this.#options.ports.release(port)
          if (!(error instanceof BuildFailed) || error.exitCode !== 98 || attempt === 20) throw error
        }
      }
    })
  }

  async #startOn(port: number, order: StartOrder): Promise<Running> {
    const instance = randomBytes(8).toString('hex')
    await order.onCandidate?.({ instance, port })
    if (this.#closed) throw new BuildFailed('the control plane is ending', null)
    const { program, leaseFile, orphanSeconds } = this.#options
    const child = spawn(
      process.execPath,
      [
        // A tenant is one small server: one worker thread and a small heap are plenty.
        '--max-old-space-size=32',
        '--max-semi-space-size=1',
        '--v8-pool-size=1',
        program,
        String(port),
        order.slug,
        order.sha,
        instance,
        order.behaviour,
        leaseFile,
        String(orphanSeconds),
      ],
      // No inherited environment: this process holds a token that a tenant has no business with.
      { detached: true, stdio: ['ignore', this.#logFile, this.#logFile], env: { PATH: process.env.PATH }, cwd: '/' },
    )
    child.unref()
    this.#children.set(instance, child)
    child.once('exit', () => this.#children.delete(instance))
    const exited = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(new BuildFailed(error.message, null)))
      child.once('exit', (code, signal) =>
        reject(new BuildFailed(`the new build exited with ${signal ?? `code ${code}`}`, code)),
      )
    })
    exited.catch(() => {})
    try {
      return await Promise.race([this.#healthy(port, instance, child), exited])
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    }
  }

  async #healthy(port: number, instance: string, child: ChildProcess): Promise<Running> {
    const deadline = Date.now() + this.#options.healthSeconds * 1000
    while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
      const health = await askHealth(port)
      if (health?.instance === instance && health.ok) return runningOf(health, port)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new BuildFailed(`the new build did not become healthy within ${this.#options.healthSeconds} s`, null)
  }

  async find(noted: Running): Promise<Running | null> {
    const health = await askHealth(noted.port)
    if (health?.instance !== noted.instance) return null
    this.#options.ports.hold(noted.port)
    return runningOf(health, noted.port)
  }

  alive(running: Running): boolean {
    return running.pid > 0 && exists(running.pid)
  }

  async stop(noted: Pick<Running, 'instance' | 'port'>): Promise<void> {
    const child = this.#children.get(noted.instance)
    // A pid may have been given to another program since: only the instance id says that it is still our tenant.
    const pid = child?.pid ?? (await askHealth(noted.port).then((h) => (h?.instance === noted.instance ? h.pid : null)))
    if (pid !== null && pid !== undefined) await end(pid)
    this.#options.ports.release(noted.port)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    closeSync(this.#logFile)
  }
}

function runningOf(health: { instance: string; pid: number; git_sha: string; since: string }, port: number): Running {
  return { sha: health.git_sha, instance: health.instance, port, pid: health.pid, since: health.since }
}
