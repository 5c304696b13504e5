/**
 * What a tenant can be made to do wrong, by the prefix of its name (`crash-acme`) or by a switch. `call` faults act on a
 * redeploy, `read` faults on what the edge shows.
 */
export const faults = {
  stalls: { acts: 'call', does: 'the call hangs until its client leaves or time is up; nothing changes' },
  lies: { acts: 'call', does: 'it says Success and keeps the old build' },
  flaky: { acts: 'call', does: 'the first call for a tag answers 503' },
  crash: { acts: 'call', does: 'the new build exits at once; the old one stays' },
  unhealthy: { acts: 'call', does: 'the new build never becomes healthy; the old one stays' },
  slow: { acts: 'call', does: 'it takes seconds, and then the edge shows the old build for some more' },
  vanishes: { acts: 'call', does: 'it is redeployed, but the answer has no row for it' },
  garbles: { acts: 'call', does: 'it is redeployed, but the answer is a 200 that is no JSON' },
  drops: { acts: 'call', does: 'it is redeployed, but the connection breaks before the answer' },
  html: { acts: 'read', does: '/buildinfo shows an HTML page with status 200' },
  down: { acts: 'read', does: 'the edge resets every connection' },
  dev: { acts: 'read', does: '/buildinfo says "dev"' },
  sick: { acts: 'read', does: '/buildinfo answers 500' },
} as const satisfies Record<string, { acts: 'call' | 'read'; does: string }>

export type FaultName = keyof typeof faults
export const faultNames = Object.keys(faults) as FaultName[]

/** `none` switches a fault off that the name would bring. `times` is how often it still acts; null = until removed. */
export interface FaultSwitch {
  fault: FaultName | 'none'
  times: number | null
}

export class Faults {
  readonly #switches = new Map<string, FaultSwitch>()

  load(saved: Record<string, FaultSwitch>): void {
    for (const [slug, value] of Object.entries(saved)) this.#switches.set(slug, value)
  }

  toJSON(): Record<string, FaultSwitch> {
    return Object.fromEntries(this.#switches)
  }

  set(slug: string, value: FaultSwitch): void {
    this.#switches.set(slug, { ...value })
  }

  remove(slug: string): void {
    this.#switches.delete(slug)
  }

  switched(slug: string): FaultSwitch | null {
    return this.#switches.get(slug) ?? null
  }

  /** The fault of `slug` now: its switch, else what its name says. */
  of(slug: string): FaultName | null {
    const value = this.#switches.get(slug)
    if (value === undefined) return faultOfName(slug)
    return value.fault === 'none' ? null : value.fault
  }

  /** The fault of `slug` when it acts on `what`; counts one of its times. */
  take(slug: string, what: 'call' | 'read'): FaultName | null {
    const fault = this.of(slug)
    if (fault === null || faults[fault].acts !== what) return null
    const value = this.#switches.get(slug)
    if (value !== undefined && value.times !== null) {
      value.times -= 1
      if (value.times <= 0) this.#switches.delete(slug)
    }
    return fault
  }
}

function faultOfName(slug: string): FaultName | null {
  const dash = slug.indexOf('-')
  if (dash < 1) return null
  const word = slug.slice(0, dash)
  return Object.hasOwn(faults, word) ? (word as FaultName) : null
}
