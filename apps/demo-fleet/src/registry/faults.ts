/** What comes of a request that meets a fault. */
interface RegistryFault {
  does: string
  /** What was asked is done all the same. */
  acts: boolean
  /** How it ends: with this answer, never, or with a broken connection. */
  ends: { status: number; code: string; headers?: Record<string, string> } | 'silence' | 'break'
  /** Brought by a name, it strikes only the first request of a kind. */
  once?: boolean
  /** Only requests that write a manifest meet it. */
  writes?: boolean
}

/**
 * What an image can be made to do wrong, by the prefix of its tag or of any part of its repository's name
 * (`demo/denies-tenant`, `stalls-1.4`), or by a switch.
 */
export const registryFaults = {
  flaky: {
    does: 'the first request of each kind is answered 503',
    acts: false,
    ends: { status: 503, code: 'UNAVAILABLE' },
    once: true,
  },
  limits: {
    does: 'the first request of each kind is answered 429, to be repeated after a second',
    acts: false,
    ends: { status: 429, code: 'TOOMANYREQUESTS', headers: { 'retry-after': '1' } },
    once: true,
  },
  denies: { does: 'every request is answered 403', acts: false, ends: { status: 403, code: 'DENIED' } },
  missing: {
    does: 'it is not there, whatever was pushed',
    acts: false,
    ends: { status: 404, code: 'MANIFEST_UNKNOWN' },
  },
  fails: {
    does: 'every request is answered 500; nothing is done',
    acts: false,
    ends: { status: 500, code: 'UNKNOWN' },
  },
  stalls: { does: 'nothing is done, and no answer comes until time is up', acts: false, ends: 'silence' },
  breaks: { does: 'nothing is done, and the connection breaks', acts: false, ends: 'break' },
  lies: {
    does: 'a tag that is written is said to be, and stays where it was',
    acts: false,
    ends: { status: 201, code: 'OK' },
    writes: true,
  },
  'acts-then-fails': { does: 'it is done, and answered 500', acts: true, ends: { status: 500, code: 'UNKNOWN' } },
  'acts-then-times-out': { does: 'it is done, and no answer comes until time is up', acts: true, ends: 'silence' },
  'acts-then-breaks': { does: 'it is done, and the connection breaks', acts: true, ends: 'break' },
} as const satisfies Record<string, RegistryFault>

export type RegistryFaultName = keyof typeof registryFaults
export const registryFaultNames = Object.keys(registryFaults) as RegistryFaultName[]

export function registryFault(name: RegistryFaultName): RegistryFault {
  return registryFaults[name]
}

/** The fault that a name brings: of the tag first, then of each part of the repository's name. */
export function faultOfNames(repository: string, reference: string): RegistryFaultName | null {
  for (const part of [reference, ...repository.split('/')]) {
    const found = registryFaultNames.find((name) => part.startsWith(`${name}-`))
    if (found !== undefined) return found
  }
  return null
}
