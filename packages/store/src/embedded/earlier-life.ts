import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedPostgresError } from './error.ts'
import { processesIn, signal } from './processes.ts'

/** What an earlier life left behind: nothing, a crash to recover from, or a server that was still running. */
export type EarlierLife = 'none' | 'crashed' | 'running'

/**
 * Makes sure that nothing works in `dataDir` any more, and says what it found. A server whose launcher was killed is
 * shut down rather than used on: the new one then has a known binary, known settings and a guard that ends it with us.
 */
export async function endEarlierLife(dataDir: string): Promise<EarlierLife> {
  const pidFile = path.join(dataDir, 'postmaster.pid')
  const recorded = readPid(pidFile)
  if (processesIn(dataDir).length === 0) {
    if (recorded === null) return 'none'
    // PostgreSQL copes with a stale pid itself, unless that pid now belongs to another process of the same user. That
    // nobody works in the folder has just been seen, so the file protects nothing.
    rmSync(pidFile, { force: true })
    return 'crashed'
  }
  const found = recorded !== null && processesIn(dataDir).includes(recorded) ? 'running' : 'crashed'
  // Fast shutdown first; after a killed postmaster its children leave by themselves. Then immediate, then by force.
  for (const [name, seconds] of [
    ['SIGINT', 20],
    ['SIGQUIT', 10],
    ['SIGKILL', 10],
  ] as const) {
    const pids = processesIn(dataDir)
    for (const pid of name === 'SIGINT' ? pids.filter((each) => each === recorded) : pids) signal(pid, name)
    if (await emptied(dataDir, seconds)) {
      if (readPid(pidFile) !== null) rmSync(pidFile, { force: true })
      return found
    }
  }
  throw new EmbeddedPostgresError(`Processes ${processesIn(dataDir).join(', ')} still work in ${dataDir}.`, {
    remedy: 'end them, then start again.',
  })
}

async function emptied(dataDir: string, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000
  while (Date.now() < deadline) {
    if (processesIn(dataDir).length === 0) return true
    await delay(25)
  }
  return processesIn(dataDir).length === 0
}

/** The first line of postmaster.pid; null when there is no such file or it holds no number. */
export function readPid(pidFile: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
    return Number.isInteger(pid) && pid > 1 ? pid : null
  } catch {
    return null
  }
}
