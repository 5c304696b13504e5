import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import {
  deleteEmbeddedData,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../packages/store/src/embedded/index.ts'
import { Refusal, say } from '../lib/say.mjs'
import { demoState } from './children.ts'

/** The PostgreSQL that everything else works on. */
export interface Database {
  /** as whom the processes connect, unless they are given a role of their own; the owner where there is but one */
  url(): string
  /** as whom migrations run. Both may change when the embedded server had to move to another port */
  ownerUrl(): string
  /** what to call it on the console: never with a password */
  label(): string
  stop(): Promise<void>
  /** at once; what was committed is recovered at the next start */
  kill(): void
  /** whether it came from DATABASE_URL */
  isForeign: boolean
}

/** A PostgreSQL that is somebody else's: only its address is ours. */
export async function foreignDatabase(url: string, ownerUrl = url): Promise<Database> {
  for (const [name, given] of Object.entries({ DATABASE_URL: url, ROLLCALL_MIGRATE_URL: ownerUrl })) {
    if (!/^postgres(ql)?:$/.test(protocolOf(given))) {
      throw new Refusal(`${name} is not the address of a PostgreSQL: postgres://user:password@host:port/database`)
    }
  }
  return {
    url: () => url,
    ownerUrl: () => ownerUrl,
    label: () => `PostgreSQL at ${withoutPassword(url)}`,
    stop: async () => {},
    kill: () => {},
    isForeign: true,
  }
}

/**
 * The embedded PostgreSQL, kept running: started again on the same data when it dies, `moved` when it then has another
 * address, `stopped` when it was asked to end, `lost` when it cannot be brought back.
 */
export async function keepEmbeddedDatabase(
  home: string,
  on: { moved: () => void; stopped: () => void; lost: (error: unknown) => void },
): Promise<Database> {
  let stopping = false
  const start = () => startEmbeddedPostgres({ home, log: (line) => say('postgres', line) })
  let server: EmbeddedPostgres = await start()
  const watch = (watched: EmbeddedPostgres): void => {
    watched.exited.then(async () => {
      if (stopping) return
      say('postgres', 'ended unexpectedly: started again on the same data')
      try {
        server = await startAgain(start)
        if (stopping) return await server.stop()
        if (server.url !== watched.url) on.moved()
        watch(server)
      } catch (error) {
        on.lost(error)
      }
    })
  }
  watch(server)
  return {
    url: () => server.url,
    ownerUrl: () => server.url,
    label: () => `PostgreSQL :${server.port}`,
    stop: () => {
      stopping = true
      on.stopped()
      return server.stop()
    },
    kill: () => {
      on.stopped()
      server.kill()
    },
    isForeign: false,
  }
}

async function startAgain(start: () => Promise<EmbeddedPostgres>): Promise<EmbeddedPostgres> {
  for (const waitMs of [200, 2_000]) {
    await delay(waitMs)
    try {
      return await start()
    } catch (error) {
      say('postgres', error instanceof Error ? error.message : String(error))
    }
  }
  return start()
}

/** Deletes the data of earlier runs. Only while the run lock is ours and nothing of ours runs. */
export async function deleteData(home: string): Promise<void> {
  await deleteEmbeddedData(home)
  rmSync(demoState(home), { recursive: true, force: true })
}

/** A failure to reach or prepare the database, in words that never hold its password. */
export function databaseRefusal(error: unknown, database: Database): Refusal {
  const url = database.ownerUrl()
  const said =
    error instanceof AggregateError ? error.errors.map(String).join('; ') : String((error as Error)?.message ?? error)
  const password = passwordOf(url)
  const safe = password ? said.replaceAll(password, '***') : said
  return new Refusal(
    `The database at ${withoutPassword(url)} cannot be used: ${safe || 'no answer'}\n${
      database.isForeign
        ? 'Check DATABASE_URL and ROLLCALL_MIGRATE_URL, if it is set (postgres://user:password@host:port/database), or unset both to use the embedded PostgreSQL.'
        : 'If the data of earlier runs may go, `npm start -- --fresh` begins anew.'
    }`,
  )
}

function withoutPassword(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return `${host}${pathname}`
  } catch {
    return '(an address that is no URL)'
  }
}

function protocolOf(url: string): string {
  try {
    return new URL(url).protocol
  } catch {
    return ''
  }
}

function passwordOf(url: string): string {
  try {
    return decodeURIComponent(new URL(url).password)
  } catch {
    return ''
  }
}
