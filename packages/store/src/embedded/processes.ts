import { execFileSync } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'

/**
 * The processes that work inside `dataDir`: a postmaster and everything it forked change their working folder to it.
 * The folder is the proof; a pid alone is not, because after a restart of the machine it may belong to anybody.
 */
export function processesIn(dataDir: string): number[] {
  return process.platform === 'linux' ? byWorkingFolder(dataDir) : byCommandLine(dataDir)
}

function byWorkingFolder(dataDir: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === dataDir
      } catch {
        return false // gone meanwhile, or somebody else's
      }
    })
}

function byCommandLine(dataDir: string): number[] {
  return execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`-D ${dataDir}`) && !line.includes('/bin/sh '))
    .map((line) => Number.parseInt(line, 10))
}

/** Signals a process; one that is gone already is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
