/** What one tenant runs. Light tenants have no process: port and pid are 0. */
export interface Running {
  sha: string
  instance: string
  port: number
  pid: number
  since: string
}

export interface StartOrder {
  slug: string
  sha: string
  /** How the new build misbehaves. */
  behaviour: '' | 'crash' | 'unhealthy'
  /** Called before anything is started, with what to look for should this process be killed meanwhile. */
  onCandidate?: (candidate: { instance: string; port: number }) => Promise<void>
}

/** Where tenants run. */
export interface Runner {
  /** A healthy new instance beside whatever runs; on BuildFailed nothing of it is left. */
  start(order: StartOrder): Promise<Running>
  stop(running: Pick<Running, 'instance' | 'port'>): Promise<void>
  /** The instance when it answers and is still the one that was noted, else null. */
  find(noted: Running): Promise<Running | null>
  /** Whether its process is there; quick, and no proof that it answers. */
  alive(running: Running): boolean
  /** Every start from now on, and every one that has not begun its process, is BuildFailed. */
  close(): void
}

export class BuildFailed extends Error {
  readonly exitCode: number | null
  constructor(message: string, exitCode: number | null) {
    super(message)
    this.exitCode = exitCode
  }
}
