import { fork } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DemoConfig } from '../config.ts'
import { ControlPlane } from '../control-plane.ts'

/** A running control plane, wherever it runs. */
export interface Box {
  port: number
  close(): Promise<void>
  kill(): Promise<void>
}

export async function startInProcess(config: DemoConfig): Promise<Box> {
  const controlPlane = new ControlPlane(config)
  await controlPlane.open()
  return { port: config.port, close: () => controlPlane.close(), kill: () => controlPlane.abandon() }
}

/** The real program in a process of its own, which also ends when this one does. */
export async function startChild(config: DemoConfig): Promise<Box> {
  const { timing } = config
  // In a file: the list of a large fleet does not fit into an environment variable.
  const fleetsFile = join(config.stateFolder, 'fleets.json')
  await mkdir(config.stateFolder, { recursive: true })
  await writeFile(
    fleetsFile,
    JSON.stringify(Object.fromEntries(config.environments.map(({ name, ...fleet }) => [name, fleet]))),
  )
  const child = fork(fileURLToPath(new URL('../main.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    env: {
      PATH: process.env.PATH,
      ROLLCALL_DEMO_HOST: config.host,
      ROLLCALL_DEMO_PORT: String(config.port),
      ROLLCALL_DEMO_TOKEN: config.token,
      ROLLCALL_DEMO_STATE: config.stateFolder,
      ROLLCALL_DEMO_FLEETS: fleetsFile,
      ROLLCALL_DEMO_STALL_SECONDS: String(timing.stallSeconds),
      ROLLCALL_DEMO_SLOW_SECONDS: String(timing.slowSeconds),
      ROLLCALL_DEMO_EDGE_CACHE_SECONDS: String(timing.edgeCacheSeconds),
      ROLLCALL_DEMO_HEALTH_SECONDS: String(timing.healthSeconds),
      ROLLCALL_DEMO_ORPHAN_SECONDS: String(timing.orphanSeconds),
    },
  })
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4000)
  })
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`demo-fleet ended with code ${code}: ${complaint}`)))
  })
  const end = (signal: NodeJS.Signals) => async () => {
    child.kill(signal)
    await exited
  }
  return { port: config.port, close: end('SIGTERM'), kill: end('SIGKILL') }
}
