import { readFileSync } from 'node:fs'

/** True while the process is there and has not ended. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // An adopted tenant is not our child. Where nobody collects the dead (a container whose first process is no init) it
  // stays in the table as a zombie and still takes signals.
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return process.platform !== 'linux'
  }
}

/** Asks the process to end, and ends it when it has not within 1.2 s. */
export async function end(pid: number): Promise<void> {
  signal(pid, 'SIGTERM')
  if (await gone(pid, 1200)) return
  signal(pid, 'SIGKILL')
  await gone(pid, 500)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // it has ended by itself
  }
}

async function gone(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (exists(pid)) {
    if (Date.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return true
}
