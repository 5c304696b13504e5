import { type ChildProcess, fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TestWorld } from '@rollcall/services/testing'
import { type LeakFinder, leakFinder, needlesFor } from './canaries.ts'
import { fill } from './fill.ts'
import { signIn } from './identities.ts'
import type { Memory } from './inside.ts'
import { plantedVariables } from './planted.ts'
import type { Credentials } from './requests.ts'
import type { Facts } from './shapes.ts'

/** The product's own server as a process, over a database with something in it, and everything one must know to ask. */
export interface FuzzWorld {
  port: number
  pid: number
  database: TestWorld['database']
  facts: Facts
  credentials: Credentials
  /** Puts back what everything else needs: the identities' sessions, and the configuration. */
  keep(): Promise<void>
  /** of the secrets that the process has, and of those that were made in it */
  leaksIn: LeakFinder
  /** what signs a delivery to one of the endpoints */
  hookSecret: string
  /** what the process has said so far */
  said(): string
  /** null once it has ended */
  memory(): Promise<Memory | null>
  isAlive(): boolean
  end(): Promise<void>
}

export async function fuzzWorld({ pages }: { pages: boolean }): Promise<FuzzWorld> {
  const variables = plantedVariables()
  const { places, facts, made, viewer } = await fill(variables)
  const { database } = places.world
  const port = randomInt(12_000, 32_000)
  const child = start(port, pages, {
    ...variables,
    DATABASE_URL: database.url,
    // each request says from where it comes: whoever guesses is slowed down, and nobody else
    ROLLCALL_TRUSTED_PROXIES: '127.0.0.1',
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  await untilAnswering(port, child, () => said)
  const signedIn = await signIn(port, { operatorToken: variables.ROLLCALL_TOKEN, viewer }).catch((error: Error) => {
    throw new Error(`${error.message}\n${said.slice(-3_000)}`)
  })
  const cookies = Object.fromEntries(signedIn.cookies().map((cookie, n) => [`session ${n + 1}`, cookie]))
  return {
    port,
    pid: child.pid ?? 0,
    database,
    facts,
    credentials: signedIn.credentials,
    async keep() {
      await signedIn.keep()
      await database.query(
        'update configurations set document = (select document from configurations order by id limit 1)',
      )
    },
    leaksIn: leakFinder(needlesFor({ ...variables, ...passwordOf(database.url), ...made, ...cookies })),
    hookSecret: variables.ROLLCALL_HOOK_SECRET_TEST,
    said: () => said,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async memory() {
      if (!child.connected) return null
      child.send('memory')
      const [told] = (await once(child, 'message')) as [Memory]
      return told
    },
    async end() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit')
        child.kill('SIGTERM')
        const force = setTimeout(() => child.kill('SIGKILL'), 3_000)
        await gone
        clearTimeout(force)
      }
      await places.world.drop()
    },
  }
}

function start(port: number, pages: boolean, variables: Record<string, string>): ChildProcess {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  const [file, args] = pages
    ? ['../server.ts', ['--hostname', '127.0.0.1', '--port', String(port)]]
    : ['./front-only.ts', [String(port)]]
  return fork(here(file as string), args as string[], {
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
}

async function untilAnswering(port: number, child: ChildProcess, said: () => string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(100)) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${said().slice(-3_000)}`)
    const answer = await fetch(`http://127.0.0.1:${port}/sign-in`).catch(() => null)
    await answer?.arrayBuffer()
    if (answer) return
  }
  throw new Error(`the server does not answer:\n${said().slice(-3_000)}`)
}

/** A server that trusts everybody has none to lose. */
function passwordOf(url: string): Record<string, string> {
  const password = decodeURIComponent(new URL(url).password)
  return password.length >= 12 ? { 'database password': password } : {}
}

/** Rows of every table, by name. */
export async function rowsOf(database: TestWorld['database']): Promise<Map<string, number>> {
  const tables = await database.query<{ name: string }>(
    `select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where nspname = 'public' and relkind = 'r' order by relname`,
  )
  const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as rows from "${name}"`)
  const rows = await database.query<{ name: string; rows: number }>(
    [...counts, "select 'jobs', count(*)::int from pgboss.job"].join(' union all '),
  )
  return new Map(rows.map(({ name, rows }) => [name, rows]))
}
