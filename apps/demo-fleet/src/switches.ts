import { randomUUID } from 'node:crypto'
import { z } from 'zod'

/** Makes some of the requests to a server go wrong that no name makes go wrong. */
export interface Switch<Fault extends string> {
  id: string
  fault: Fault
  /** only requests of this method; null = of any */
  method: string | null
  /** only requests whose path has this in it; empty = any */
  on: string
  /** how many such requests pass before the first one that meets the fault: 2 makes the third one fail */
  skip: number
  /** how many meet it; null = until the switch is removed */
  times: number | null
}

/** The switches of one server, asked in the order in which they were set. */
export class Switches<Fault extends string> {
  #list: Switch<Fault>[] = []

  load(saved: readonly Switch<Fault>[]): void {
    this.#list = saved.map((one) => ({ ...one }))
  }

  list(): readonly Switch<Fault>[] {
    return this.#list
  }

  add(asked: Omit<Switch<Fault>, 'id'>): Switch<Fault> {
    const added = { id: randomUUID(), ...asked }
    this.#list.push(added)
    return added
  }

  /** False when there is none of that id. */
  remove(id: string): boolean {
    const before = this.#list.length
    this.#list = this.#list.filter((one) => one.id !== id)
    return this.#list.length < before
  }

  clear(): void {
    this.#list = []
  }

  /** What this request meets, if anything. Every switch that is about it counts it; the first one that strikes decides. */
  take(method: string, path: string): Fault | null {
    let met: Fault | null = null
    for (const one of this.#list) {
      if (one.method !== null && one.method !== method) continue
      if (!path.includes(one.on)) continue
      if (one.skip > 0) one.skip -= 1
      else if (met === null && one.times !== 0) {
        met = one.fault
        if (one.times !== null) one.times -= 1
      }
    }
    this.#list = this.#list.filter(({ times }) => times !== 0)
    return met
  }
}

/** A switch as it is asked for: by default the next request of any kind, once. */
export function switchSchema<Fault extends string>(faults: readonly Fault[]) {
  return z.strictObject({
    fault: z.enum(faults as readonly [Fault, ...Fault[]]),
    method: z.enum(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE']).nullable().default(null),
    on: z.string().max(300).default(''),
    skip: z.number().int().min(0).default(0),
    times: z.number().int().min(1).nullable().default(1),
  })
}
