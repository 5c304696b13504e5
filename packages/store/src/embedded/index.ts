import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { type Binaries, dropOtherVersions, provideBinaries } from './binaries.ts'
import { type Cluster, provideCluster } from './cluster.ts'
import { type EarlierLife, endEarlierLife } from './earlier-life.ts'
import { EmbeddedPostgresError, lastLines } from './error.ts'
import { chooseRunner, makeTraversable, type Runner, requireReachable } from './owner.ts'
import { nextFreePort } from './ports.ts'
import { connectionString, type Postmaster, spawnPostmaster, untilReady } from './postmaster.ts'

export { EmbeddedPostgresError } from './error.ts'
export { EPHEMERAL_PORTS_START, nextFreePort } from './ports.ts'

const DATABASE = 'rollcall'
const FIRST_PORT = 5433

export interface EmbeddedPostgresOptions {
  /** The data folder of this installation; PostgreSQL lives in `<home>/postgres`, its log in `<home>/logs`. */
  home: string
  /** Where the search for a free port starts; default: the port of the last start, else 5433. */
  port?: number
  /** false: for tests only, faster, and a power cut may lose everything. */
  durable?: boolean
  /** How long the server outlives a caller that was killed, so that others can finish their writes; default 12. */
  graceSeconds?: number
  /** default 120 */
  maxConnections?: number
  log?: (line: string) => void
}

export interface EmbeddedPostgres {
  /** Connects as the owner of the database `rollcall`; holds the password. */
  url: string
  port: number
  /** The postmaster. */
  pid: number
  logFile: string
  /** What was found at the start: a clean folder, the marks of a crash, or a server whose launcher had been killed. */
  earlierLife: EarlierLife
  /** Resolves when the server has ended, asked or not. */
  exited: Promise<{ code: number | null }>
  /** Fast shutdown; resolves when the process is gone. Calling it twice is harmless. */
  stop(): Promise<void>
  /** Ends it at once, without waiting; the next start recovers everything that was committed. */
  kill(): void
}

/**
 * Starts the PostgreSQL that came with the dependencies and resolves once a client has connected to its database
 * `rollcall`. The first call makes the cluster; later ones find it, on the same port if that is still free. It listens
 * on 127.0.0.1 only and ends when this process ends, however that happens. The caller makes sure that one home is
 * started by one process at a time. Errors are `EmbeddedPostgresError`s that say what helps.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {})
  makeTraversable(options.home)
  const home = realpathSync(options.home)
  const dir = path.join(home, 'postgres')
  makeTraversable(dir)
  const runner = chooseRunner(path.join(dir, 'data'))
  requireReachable(dir, runner)
  const binaries = provideBinaries(dir)
  const cluster = await provideCluster(dir, binaries, runner)
  if (cluster.created) log(`made a new database cluster in ${cluster.dataDir}`)
  const earlierLife = await endEarlierLife(cluster.dataDir)
  if (earlierLife === 'running') log('shut down a PostgreSQL whose launcher had been killed')
  if (earlierLife === 'crashed') log('the last PostgreSQL did not end cleanly: it recovers from its log')

  const portFile = path.join(dir, 'port')
  const wanted = options.port ?? readPort(portFile) ?? FIRST_PORT
  const { durable = true, graceSeconds = 12, maxConnections = 120 } = options
  const server = await start({ binaries, cluster, runner, wanted, home, durable, graceSeconds, maxConnections })
  if (server.port !== wanted) log(`port ${wanted} is taken: PostgreSQL listens on ${server.port}`)
  writeFileSync(portFile, `${server.port}\n`)
  await ensureDatabase(connectionString(cluster, server.port, 'postgres'))
  dropOtherVersions(dir, binaries)

  const { port, logFile, exited } = server
  const url = connectionString(cluster, port, DATABASE)
  return {
    url,
    port,
    pid: server.pid() ?? 0,
    logFile,
    earlierLife,
    exited,
    stop: () => server.stop(),
    kill: () => server.kill(),
  }
}

/** Ends what may still run in this home and deletes its databases. What is in them is gone. */
export async function deleteEmbeddedData(home: string): Promise<void> {
  const dir = path.join(home, 'postgres')
  if (!existsSync(dir)) return
  await endEarlierLife(path.join(realpathSync(dir), 'data'))
  // The password goes last: without it, data that is half deleted could not even be told apart from data.
  for (const name of ['data', 'password']) rmSync(path.join(dir, name), { recursive: true, force: true })
}

async function start(options: {
  binaries: Binaries
  cluster: Cluster
  runner: Runner | null
  wanted: number
  home: string
  durable: boolean
  graceSeconds: number
  maxConnections: number
}): Promise<Postmaster> {
  const logFile = path.join(options.home, 'logs/postgres.log')
  let from = options.wanted
  for (;;) {
    const port = await nextFreePort(from)
    const server = spawnPostmaster({ ...options, port, logFile })
    const outcome = await untilReady(server, connectionString(options.cluster, port, 'postgres'))
    if (outcome === 'ready') return server
    await server.stop()
    // Free a moment ago, taken now: somebody was faster.
    if (outcome === 'exited' && /could not bind|Address already in use/.test(lastLines(logFile, 20))) {
      from = port + 1
      continue
    }
    throw new EmbeddedPostgresError(
      outcome === 'exited' ? 'PostgreSQL ended while it was starting.' : 'PostgreSQL does not accept connections.',
      { logFile, remedy: remedyFor(lastLines(logFile, 20), options.runner) },
    )
  }
}

function remedyFor(logged: string, runner: Runner | null): string {
  if (/No space left/.test(logged)) return 'free some disk space, then start again.'
  if (/shared memory/.test(logged)) return 'give the container more memory, or set DATABASE_URL to your own PostgreSQL.'
  if (logged === '' && runner) return `allow this root to run processes as uid ${runner.uid}, or set DATABASE_URL.`
  return 'read that log; DATABASE_URL uses a PostgreSQL of your own instead.'
}

function readPort(file: string): number | null {
  if (!existsSync(file)) return null
  const port = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return port > 0 ? port : null
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}
