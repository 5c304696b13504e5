import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { EmbeddedPostgresError } from './error.ts'

/** PostgreSQL refuses to run as root, so root lends it this uid and gid: `nobody` on every system that has one. */
const UNPRIVILEGED = 65534

/** Who PostgreSQL runs as. `null`: whoever runs us. */
export interface Runner {
  uid: number
  gid: number
}

/**
 * Who is to run PostgreSQL on `dataDir`: nobody else than us, unless we are root. Root hands it to the owner of the
 * data that is already there (somebody may have started it without root before), else to an unprivileged uid.
 */
export function chooseRunner(dataDir: string): Runner | null {
  if (process.getuid?.() !== 0) return null
  const owner = statSync(dataDir, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  return { uid: UNPRIVILEGED, gid: UNPRIVILEGED }
}

/** Makes a folder that `runner` can walk through, whatever the umask says. */
export function makeTraversable(dir: string): void {
  mkdirSync(dir, { recursive: true })
  const { mode } = statSync(dir)
  if ((mode & 0o111) !== 0o111 && isOwn(dir)) chmodSync(dir, mode | 0o111)
}

/** Gives one path to `runner`; without a runner nothing changes hands. */
export function handOver(file: string, runner: Runner | null): void {
  if (runner) chownSync(file, runner.uid, runner.gid)
}

/** Refuses a home that the other uid cannot reach, naming the folder that is closed. */
export function requireReachable(home: string, runner: Runner | null): void {
  const closed = runner && firstClosed(home, runner)
  if (!closed) return
  throw new EmbeddedPostgresError(`PostgreSQL cannot run as root, and uid ${runner.uid} cannot enter ${closed}.`, {
    remedy: `set ROLLCALL_HOME to a folder outside ${closed}, run as another user, or set DATABASE_URL.`,
  })
}

function firstClosed(dir: string, runner: Runner): string | null {
  const parent = path.dirname(dir)
  const above = parent === dir ? null : firstClosed(parent, runner)
  if (above) return above
  const { mode, uid, gid } = statSync(dir)
  const open = uid === runner.uid ? mode & 0o100 : gid === runner.gid ? mode & 0o010 : mode & 0o001
  return open ? null : dir
}

function isOwn(dir: string): boolean {
  const me = process.getuid?.()
  return me === 0 || me === statSync(dir).uid
}
