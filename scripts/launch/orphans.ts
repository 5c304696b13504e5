import { readFileSync, writeFileSync } from 'node:fs'
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
