import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Binaries } from './binaries.ts'
import { type Cluster, SUPERUSER } from './cluster.ts'
import { readPid } from './earlier-life.ts'
import type { Runner } from './owner.ts'
import { signal } from './processes.ts'
import { bareEnvironment } from './run-once.ts'

/**
 * The shell that stands between us and PostgreSQL. It holds our end of a pipe: when we die without a word (kill -9), the
 * pipe closes, and after a grace in which our other processes finish their writes it shuts the server down. It is the
 * parent, so the pid it signals cannot have become somebody else's.
 */
const GUARD = `
grace=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
( read -r _ <&3; i=0; while [ $i -lt "$grace" ]; do sleep 1; i=$((i+1)); done; kill -INT $server ) & guard=$!
exec 3<&-
wait $server; code=$?
kill $guard 2>/dev/null
exit $code`

/** A server that has been started; it may not accept connections yet. */
export interface Postmaster {
  port: number
  logFile: string
  /** Settles when the server has ended, for whatever reason. */
  exited: Promise<{ code: number | null }>
  hasExited(): boolean
  pid(): number | null
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. Forced after 30 seconds. */
  stop(): Promise<void>
  /** Immediate shutdown, not waited for. */
  kill(): void
}

export function spawnPostmaster(options: {
  binaries: Binaries
  cluster: Cluster
  runner: Runner | null
  port: number
  logFile: string
  durable: boolean
  graceSeconds: number
  maxConnections: number
}): Postmaster {
  const { binaries, cluster, runner, port, logFile } = options
  const log = openLog(logFile)
  const program = [binaries.postgres, '-D', cluster.dataDir, ...settings(options)]
  const guard = spawn('/bin/sh', ['-c', GUARD, 'rollcall-postgres', String(options.graceSeconds), ...program], {
    ...runner,
    cwd: '/',
    env: bareEnvironment(),
    // Its own session: a Ctrl-C in the terminal must not reach the database before those who still write to it.
    detached: true,
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  guard.stdin?.on('error', () => {})
  let ended = false
  const exited = new Promise<{ code: number | null }>((resolve) => {
    const end = (code: number | null) => {
      ended = true
      resolve({ code })
    }
    guard.once('exit', end)
    guard.once('error', () => end(null))
  })
  const pid = () => readPid(path.join(cluster.dataDir, 'postmaster.pid'))
  const kill = () => {
    const server = ended ? null : pid()
    if (server !== null) signal(server, 'SIGQUIT')
  }
  return { port, logFile, exited, hasExited: () => ended, pid, stop: () => stop(guard, exited, pid), kill }
}

function settings(options: { port: number; durable: boolean; maxConnections: number }): string[] {
  const { port, durable, maxConnections } = options
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: maxConnections,
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    log_checkpoints: 'off',
    // Containers give /dev/shm 64 MB; one parallel query can ask for more than that and fail.
    max_parallel_workers_per_gather: 0,
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

function openLog(logFile: string): number {
  mkdirSync(path.dirname(logFile), { recursive: true })
  try {
    renameSync(logFile, `${logFile}.1`)
  } catch {
    // no earlier log
  }
  return openSync(logFile, 'a', 0o600)
}

async function stop(guard: ChildProcess, exited: Promise<unknown>, pid: () => number | null): Promise<void> {
  const within = (ms: number) => Promise.race([exited.then(() => true), delay(ms, false, { ref: false })])
  for (const [name, ms] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    const server = guard.exitCode === null && guard.signalCode === null ? pid() : null
    if (server !== null) signal(server, name)
    if (await within(ms)) return
  }
  if (guard.pid) signal(-guard.pid, 'SIGKILL')
  await exited
}

/** Where clients find a database of this server. */
export function connectionString(cluster: Cluster, port: number, database: string): string {
  return `postgresql://${SUPERUSER}:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/${database}`
}

/**
 * Resolves to `ready` once a client has really connected, `exited` when the server ended first. Recovery after a crash
 * answers "starting up" and may take its time; a server that answers nothing at all gets `silentMs`.
 */
export async function untilReady(
  server: Postmaster,
  url: string,
  { silentMs = 60_000, recoveryMs = 600_000 } = {},
): Promise<'ready' | 'exited' | 'silent'> {
  const startedAt = Date.now()
  let lastAnswerAt = startedAt
  for (;;) {
    if (server.hasExited()) return 'exited'
    const answer = await tryConnect(url)
    if (answer === 'ready') return 'ready'
    if (answer === 'starting') lastAnswerAt = Date.now()
    if (Date.now() - lastAnswerAt > silentMs || Date.now() - startedAt > recoveryMs) return 'silent'
    await Promise.race([server.exited, delay(25)])
  }
}

/** SQLSTATE 57P03: the server listens, and is still reading its log. */
const STARTING_UP = '57P03'

async function tryConnect(url: string): Promise<'ready' | 'starting' | 'closed'> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return 'ready'
  } catch (error) {
    const code = (error as { code?: string }).code
    if (code === STARTING_UP) return 'starting'
    // A refusal with a SQLSTATE (wrong password …) will not get better by waiting.
    if (code && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E') && code !== '53300') throw error
    return 'closed'
  } finally {
    await client.end().catch(() => {})
  }
}
