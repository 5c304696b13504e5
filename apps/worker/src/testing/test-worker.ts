import { readEnv } from '../env.ts'
import { startWorker, type Worker } from '../worker.ts'
import { type WorkerOptions, workerVariables } from './worker-settings.ts'

export interface TestWorker extends Worker {
  /** what it logged */
  lines: string[]
  /** drains it, once */
  end(): Promise<void>
}

export async function startTestWorker(databaseUrl: string, options: WorkerOptions): Promise<TestWorker> {
  const variables = workerVariables(databaseUrl, options)
  const lines: string[] = []
  const worker = await startWorker(readEnv(variables), { log: (line) => lines.push(line), variables })
  let ended: Promise<void> | null = null
  const end = () => {
    ended ??= worker.drain()
    return ended
  }
  return { id: worker.id, lines, end, drain: end }
}
