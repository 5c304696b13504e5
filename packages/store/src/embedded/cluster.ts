import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Binaries } from './binaries.ts'
import { EmbeddedPostgresError } from './error.ts'
import { handOver, type Runner } from './owner.ts'
import { runOnce } from './run-once.ts'

export const SUPERUSER = 'rollcall'

/** A folder that `initdb` has made, and the password that opens it. */
export interface Cluster {
  dataDir: string
  password: string
  created: boolean
}

/** The cluster in `<dir>/data`, made on the first call. Made aside and renamed: it is there whole or not at all. */
export async function provideCluster(dir: string, binaries: Binaries, runner: Runner | null): Promise<Cluster> {
  const dataDir = path.join(dir, 'data')
  const passwordFile = path.join(dir, 'password')
  if (existsSync(dataDir)) {
    requireSameMajor(dataDir, binaries)
    return { dataDir, password: readPassword(passwordFile), created: false }
  }
  const password = randomBytes(24).toString('base64url')
  // Written before the data: a password without data is replaced on the next try, data without a password is lost.
  writeFileSync(passwordFile, password, { mode: 0o600 })
  await initdb(dataDir, binaries, runner, password)
  return { dataDir, password, created: true }
}

async function initdb(dataDir: string, binaries: Binaries, runner: Runner | null, password: string): Promise<void> {
  const fresh = `${dataDir}.new-${process.pid}`
  const lent = `${fresh}.password`
  dropUnfinished(path.dirname(dataDir))
  mkdirSync(fresh, { mode: 0o700 })
  handOver(fresh, runner)
  writeFileSync(lent, password, { mode: 0o600 })
  handOver(lent, runner)
  try {
    const args = initdbArguments(fresh, lent)
    let { code, output } = await runOnce(binaries.initdb, args, runner)
    if (code !== 0 && UNNAMED_USER.test(output)) ({ code, output } = await runNamed(binaries.initdb, args, runner))
    if (code !== 0) {
      throw new EmbeddedPostgresError(`initdb could not make ${dataDir} (exit ${code}):\n${output.trimEnd()}`, {
        remedy: UNNAMED_USER.test(output)
          ? 'give this user a line in /etc/passwd, or set DATABASE_URL to a PostgreSQL of your own.'
          : 'free disk space and a local file system under ROLLCALL_HOME, or DATABASE_URL for your own PostgreSQL.',
      })
    }
    renameSync(fresh, dataDir)
  } finally {
    rmSync(lent, { force: true })
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** initdb alone insists that its uid has a name; containers often run as a uid that has none. */
const UNNAMED_USER = /could not look up effective user ID/

/** The same program in a user namespace in which its uid is called `nobody`; on disk it stays who it is. */
function runNamed(program: string, args: string[], runner: Runner | null) {
  return runOnce('unshare', ['--user', '--map-user=65534', '--map-group=65534', program, ...args], runner)
}

/** What a start that was killed in the middle of an initdb has left. */
function dropUnfinished(dir: string): void {
  for (const name of readdirSync(dir)) {
    if (name.startsWith('data.new-')) rmSync(path.join(dir, name), { recursive: true, force: true })
  }
}

function initdbArguments(dataDir: string, passwordFile: string): string[] {
  return [
    `--pgdata=${dataDir}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The built-in provider sorts the same on every machine and asks for no locale of the operating system.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ]
}

function requireSameMajor(dataDir: string, binaries: Binaries): void {
  const versionFile = path.join(dataDir, 'PG_VERSION')
  const found = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : null
  const wanted = binaries.version.split('.')[0]
  if (found === wanted) return
  throw new EmbeddedPostgresError(
    found
      ? `${dataDir} was written by PostgreSQL ${found}; the one that is installed here is ${wanted}.`
      : `${dataDir} exists but is not a PostgreSQL data folder.`,
    { remedy: `move ${dataDir} away (or start with --fresh, which deletes it), or set DATABASE_URL.` },
  )
}

function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new EmbeddedPostgresError(`The password of the embedded PostgreSQL (${file}) cannot be read.`, {
      remedy: 'run as the user who started it first, or start with --fresh, which deletes the data.',
      cause,
    })
  }
}
