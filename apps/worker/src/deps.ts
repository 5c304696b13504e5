import type { ForgeClient } from '@rollcall/forge'
import type { RedeployClient } from '@rollcall/redeploy-client'
import type { OrderedBuild } from '@rollcall/rollout'
import type { Context, Sendable } from '@rollcall/services'

/**
 * What a name of the configuration stands for at the moment in which it is sent to all of `urls`, or the sentence why
 * nothing may be sent there. Asked at each use and never kept: what is taken away is not sent any more.
 */
export type SecretFor = (name: string, ...urls: [string, ...string[]]) => Promise<Sendable>

/** What every handler of the worker is given. */
export interface Deps {
  ctx: Context
  client: RedeployClient
  /** who drives, for the record: host, process, start */
  driver: string
  /** tenants asked at once in a sweep */
  probes: number
  /** a build that was published; null when nobody knows it */
  buildOf: (componentId: string, sha: string) => Promise<OrderedBuild | null>
  secretFor: SecretFor
}

/** What driving an operation needs as well: a build may be brought by a run on a forge. */
export interface DriveDeps extends Deps {
  forge: ForgeClient
}
