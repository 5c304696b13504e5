import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import path from 'node:path'
import type { Context } from '@rollcall/services'
import { openStore } from '@rollcall/store'
import { type CliWorld, Refused } from './world.ts'

/** Where `npm start` notes, for as long as its PostgreSQL runs, how to reach it. */
const addressFile = (home: string) => path.join(home, 'database.json')

/**
 * Which database is meant: that of DATABASE_URL, else the one that `npm start` of ROLLCALL_HOME runs. Throws a sentence
 * that says what to do when there is neither.
 */
function databaseUrl({ env }: CliWorld): string {
  if (env.DATABASE_URL) return env.DATABASE_URL
  const home = env.ROLLCALL_HOME
  if (!home) throw new Refused('Which database? Set DATABASE_URL, or ROLLCALL_HOME to the folder of an `npm start`.')
  const noted = readNoted(addressFile(home))
  if (noted) return noted
  throw new Refused(
    `No database: Rollcall does not run in ${home}, and DATABASE_URL is not set.\n` +
      'Start it with `npm start` and leave it running, or say which PostgreSQL with DATABASE_URL. If it runs with another ' +
      'data folder, set ROLLCALL_HOME to that one.',
  )
}

function readNoted(file: string): string | null {
  try {
    const { url } = JSON.parse(readFileSync(file, 'utf8')) as { url?: unknown }
    return typeof url === 'string' && url !== '' ? url : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return null
    throw new Refused(`${file} cannot be read: run this as the user who runs \`npm start\`.`)
  }
}

/** Opens the database, lets `work` use it as the person at this terminal, and closes it again whatever happens. */
export async function withDatabase<T>(world: CliWorld, work: (ctx: Context) => Promise<T>): Promise<T> {
  const url = databaseUrl(world)
  const store = await openStore({ url, connections: 3 }).catch((error) => {
    throw unreachable(url, error)
  })
  try {
    return await work({ store, actor: { name: whoami(), via: 'cli', credential: 'the database' }, now: world.now })
  } finally {
    await store.close()
  }
}

/** In words that never hold the address whole: it carries a password. */
function unreachable(url: string, error: unknown): Refused {
  const { code, message = '' } = (error ?? {}) as { code?: string; message?: string }
  const parsed = URL.canParse(url) ? new URL(url) : null
  const where = parsed ? `${parsed.host}${parsed.pathname}` : 'DATABASE_URL'
  const password = parsed ? decodeURIComponent(parsed.password) : ''
  const said = password ? message.replaceAll(password, '***') : message
  return new Refused(
    code === 'ECONNREFUSED'
      ? `Nothing answers at ${where}: is Rollcall, or its PostgreSQL, still running?`
      : `The database at ${where} cannot be used: ${said || code || 'no answer'}`,
  )
}

function whoami(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? '?'}` // containers often run as a uid that has no name
  }
}
