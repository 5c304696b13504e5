import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Memory } from './inside.ts'

export interface ServerProcess {
  pid: number
  /** what the process has said so far */
  said(): string
  isAlive(): boolean
  /** null once it has ended */
  memory(): Promise<Memory | null>
  end(): Promise<void>
}

/** The product's own server, with its pages (which must have been built) or without. Resolves when it answers. */
export async function startServer(
  port: number,
  pages: boolean,
  variables: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  const [file, args] = pages
    ? (['../server.ts', ['--hostname', '127.0.0.1', '--port', String(port)]] as const)
    : (['./front-only.ts', [String(port)]] as const)
  const child = fork(here(file), [...args], {
    cwd: here('..'),
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc', '--import', here('./inside.ts')],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      ROLLCALL_BASE_URL: `http://127.0.0.1:${port}`,
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const isAlive = () => child.exitCode === null && child.signalCode === null
  const server: ServerProcess = {
    pid: child.pid ?? 0,
    said: () => said,
    isAlive,
    async memory() {
      if (!child.connected) return null
      child.send('memory')
      const [told] = (await once(child, 'message')) as [Memory]
      return told
    },
    async end() {
      if (!isAlive()) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      const force = setTimeout(() => child.kill('SIGKILL'), 3_000)
      await gone
      clearTimeout(force)
    },
  }
  await untilAnswering(port, server)
  return server
}

async function untilAnswering(port: number, { isAlive, said }: ServerProcess): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(100)) {
    if (!isAlive()) throw new Error(`the server has ended:\n${said().slice(-3_000)}`)
    const answer = await fetch(`http://127.0.0.1:${port}/sign-in`).catch(() => null)
    await answer?.arrayBuffer()
    if (answer) return
  }
  throw new Error(`the server does not answer:\n${said().slice(-3_000)}`)
}
