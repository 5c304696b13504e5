import { randomInt } from 'node:crypto'
import type { TestWorld } from '@rollcall/services/testing'
import { type LeakFinder, leakFinder, needlesFor } from '@rollcall/services/testing'
import { fill } from './fill.ts'
import { signIn } from './identities.ts'
import type { Memory } from './inside.ts'
import { plantedVariables } from './planted.ts'
import type { Credentials } from './requests.ts'
import { startServer } from './server-process.ts'
import type { Facts } from './shapes.ts'

/** The product's own server as a process, over a database with something in it, and everything one must know to ask. */
export interface FuzzWorld {
  port: number
  pid: number
  database: TestWorld['database']
  facts: Facts
  credentials: Credentials
  /**
   * Puts back what everything else needs: the identities' sessions, and the configuration. Of the record what was added
   * lately stays: it is exported whole, and an hour of refusals would make each export cost more than all else.
   */
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

/** Rows of the record that are kept of what is added by the requests themselves. */
const recentRows = 1_000

export async function fuzzWorld({ pages }: { pages: boolean }): Promise<FuzzWorld> {
  const variables = plantedVariables()
  const { places, facts, made, viewer } = await fill(variables)
  const { database } = places.world
  const port = randomInt(12_000, 32_000)
  const server = await startServer(port, pages, {
    ...variables,
    DATABASE_URL: database.url,
    // each request says from where it comes: whoever guesses is slowed down, and nobody else
    ROLLCALL_TRUSTED_PROXIES: '127.0.0.1',
  })
  const signedIn = await signIn(port, { operatorToken: variables.ROLLCALL_TOKEN, viewer }).catch((error: Error) => {
    throw new Error(`${error.message}\n${server.said().slice(-3_000)}`)
  })
  const [stocked] = await database.query<{ id: string }>('select max(id) as id from audit')
  const cookies = Object.fromEntries(signedIn.cookies().map((cookie, n) => [`session ${n + 1}`, cookie]))
  return {
    port,
    pid: server.pid,
    database,
    facts,
    credentials: signedIn.credentials,
    async keep() {
      await signedIn.keep()
      await database.query(
        'update configurations set document = (select document from configurations order by id limit 1)',
      )
      await database.query(
        `delete from audit where id > ${stocked?.id ?? 0} and id < (select max(id) from audit) - ${recentRows}`,
      )
    },
    leaksIn: leakFinder(needlesFor({ ...variables, ...passwordOf(database.url), ...made, ...cookies })),
    hookSecret: variables.ROLLCALL_HOOK_SECRET_TEST,
    said: server.said,
    isAlive: server.isAlive,
    memory: server.memory,
    async end() {
      await server.end()
      await places.world.drop()
    },
  }
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
