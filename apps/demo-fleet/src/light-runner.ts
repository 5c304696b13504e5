import { BuildFailed, type Runner, type Running, type StartOrder } from './runner.ts'

/** Tenants without processes, for fleets of thousands on one machine. */
export class LightRunner implements Runner {
  readonly #delayMs: number
  #count = 0

  constructor(delayMs: number) {
    this.#delayMs = delayMs
  }

  async start({ sha, behaviour }: StartOrder): Promise<Running> {
    if (this.#delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#delayMs))
    if (behaviour === 'crash') throw new BuildFailed('the new build exited with code 7', 7)
    if (behaviour === 'unhealthy') throw new BuildFailed('the new build did not become healthy', null)
    this.#count += 1
    return { sha, instance: `light-${this.#count}`, port: 0, pid: 0, since: new Date().toISOString() }
  }

  async stop(): Promise<void> {}

  async find(noted: Running): Promise<Running> {
    return noted
  }

  alive(): boolean {
    return true
  }

  close(): void {}
}
