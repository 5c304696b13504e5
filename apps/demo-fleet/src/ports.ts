import { randomInt } from 'node:crypto'

/** Below the ports that the system hands out for outgoing connections: a sweep's own sockets would take those. */
const first = 20_000
const last = 31_999

/** Ports for tenants. A port that any tenant is noted on is never given to another, even when that tenant is dead. */
export class Ports {
  readonly #held = new Set<number>()
  // A random start keeps two control planes on one machine, or two test files, from walking in step.
  #next = randomInt(first, last)

  take(): number {
    for (let tries = 0; tries <= last - first; tries += 1) {
      const port = this.#next
      this.#next = port === last ? first : port + 1
      if (this.#held.has(port)) continue
      this.#held.add(port)
      return port
    }
    throw new Error(`no free port for a tenant between ${first} and ${last}`)
  }

  hold(port: number): void {
    this.#held.add(port)
  }

  release(port: number): void {
    this.#held.delete(port)
  }
}
