import type { ForgeClient } from '@rollcall/forge'
import type { RedeployClient } from '@rollcall/redeploy-client'
import type { OrderedBuild } from '@rollcall/rollout'
import type { Context } from '@rollcall/services'

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
  /** the token of a control plane or a forge by the name of its environment variable; null when it is not set */
  tokenOf: (name: string) => string | null
}

/** What driving an operation needs as well: a build may be brought by a run on a forge. */
export interface DriveDeps extends Deps {
  forge: ForgeClient
}
