import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type WorkerOptions, workerVariables } from './worker-settings.ts'

/** A worker in a process of its own: the program as it is deployed. */
export interface ChildWorker {
  pid: number
  /** what it printed so far */
  output(): string
  /** kill -9 */
  kill(): Promise<void>
  /** freezes it as SIGSTOP does; `thaw` lets it go on where it was */
  freeze(): void
  thaw(): void
  /** SIGTERM, as a deployment sends it; resolves with the exit code when it has ended */
  term(): Promise<number | null>
  end(): Promise<void>
}

export async function startChildWorker(databaseUrl: string, options: WorkerOptions): Promise<ChildWorker> {
  const child = fork(fileURLToPath(new URL('../main.ts', import.meta.url)), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: { PATH: process.env.PATH, ...workerVariables(databaseUrl, options) },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000)
    })
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`the worker ended with code ${code}: ${output}`)))
  })
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  return {
    pid: child.pid ?? 0,
    output: () => output,
    kill,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async term() {
      child.kill('SIGTERM')
      return exited
    },
    end: kill,
  }
}
