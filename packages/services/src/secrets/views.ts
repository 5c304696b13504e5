/** What has a secret sent to an origin. */
export interface SecretUse {
  kind: 'environment' | 'fleet' | 'forge' | 'registry'
  /** the name of the environment, forge or registry; of a component's own fleet, `infra in staging` */
  of: string
  /** scheme://host:port */
  origin: string
}

/** A name that the configuration may name. There is no field for its value, and there never is. */
export interface SecretView {
  name: string
  /** where the worker takes its value from: set here · a variable of its process · nowhere */
  value: 'stored' | 'process' | 'missing'
  /** a variable of that name is there as well, and what is set here goes before it */
  alsoInProcess: boolean
  /** false: it was encrypted with a key that this process does not have */
  readable: boolean
  setAt: string | null
  setBy: string | null
  /** the only origins it is sent to */
  boundTo: { origin: string; at: string; by: string }[]
  usedBy: (SecretUse & { allowed: boolean })[]
  /** why what uses it waits, each as the worker says it; empty when nothing does */
  waiting: string[]
}
