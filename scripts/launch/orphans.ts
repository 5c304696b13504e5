import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { processIdentity } from '../lib/process-identity.mjs'

interface Recorded {
  name: string
  pid: number
  identity: string | null
}

/** Remembers on disk which processes were started, so that a later life finds those that an earlier one left behind. */
export class ChildRecord {
  readonly #file: string
  #children: Recorded[] = []

  constructor(home: string) {
    this.#file = path.join(home, 'children.json')
  }

  add(name: string, pid: number): void {
    this.#children.push({ name, pid, identity: processIdentity(pid) })
    this.#write()
  }

  remove(pid: number): void {
    this.#children = this.#children.filter((child) => child.pid !== pid)
    this.#write()
  }

  /**
   * Ends what an earlier life left running: asked first, forced after `graceMs`. Answers their names. A pid that meanwhile
   * belongs to another process is left alone.
   */
  async endOrphans(graceMs = 12_000): Promise<string[]> {
    const orphans = this.#read().filter(({ pid, identity }) => identity !== null && processIdentity(pid) === identity)
    const alive = () => orphans.filter(({ pid, identity }) => processIdentity(pid) === identity)
    for (const { pid } of orphans) signalGroup(pid, 'SIGTERM')
    const deadline = Date.now() + graceMs
    while (alive().length > 0 && Date.now() < deadline) await delay(50)
    for (const { pid } of alive()) signalGroup(pid, 'SIGKILL')
    this.#write()
    return orphans.map(({ name }) => name)
  }

  #read(): Recorded[] {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8'))
    } catch {
      return []
    }
  }

  #write(): void {
    writeFileSync(this.#file, JSON.stringify(this.#children))
  }
}

/**
 * Ends every Node process whose command line names something in `dir` (a `tail -f` of a log there is left alone), and
 * answers how many there were. For programs that are meant to outlive the one that started them, as the demo's tenants
 * outlive a control plane that was killed: nobody else may know them any more.
 */
export async function endProcessesNaming(dir: string): Promise<number> {
  const found = processesNaming(dir)
  for (const pid of found) signalOne(pid, 'SIGTERM')
  const deadline = Date.now() + 2_000
  while (processesNaming(dir).length > 0 && Date.now() < deadline) await delay(50)
  for (const pid of processesNaming(dir)) signalOne(pid, 'SIGKILL')
  return found.length
}

const IS_NODE = /^\S*\bnode /

function processesNaming(dir: string): number[] {
  return commandLines()
    .filter(([pid, line]) => pid !== process.pid && IS_NODE.test(line) && line.includes(`${dir}${path.sep}`))
    .map(([pid]) => pid)
}

/** From /proc where there is one: small machines do not have `ps`. */
function commandLines(): [pid: number, line: string][] {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n')
    return lines.map((line) => [Number.parseInt(line, 10), line.replace(/^\s*\d+\s+/, '')])
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), readCommandLine(name)])
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return '' // gone meanwhile
  }
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // gone already
  }
}

/** Signals a child and everything in its session; what is gone already is fine. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  for (const each of [-pid, pid]) {
    try {
      process.kill(each, signal)
      return
    } catch {
      // no such group: try the process alone
    }
  }
}
