import type { OrderedBuild } from '@rollcall/rollout'
import { buildBySha, type Context } from '@rollcall/services'

const most = 500

/** Looks builds up once: a published build never changes. One that is not known yet is asked for again each time. */
export function knownBuilds(ctx: Context): (componentId: string, sha: string) => Promise<OrderedBuild | null> {
  const known = new Map<string, OrderedBuild>()
  return async (componentId, sha) => {
    const key = `${componentId} ${sha}`
    const build = known.get(key) ?? (await buildBySha(ctx, componentId, sha))
    if (build && !known.has(key)) {
      const [oldest] = known.keys()
      if (known.size >= most && oldest !== undefined) known.delete(oldest)
      known.set(key, build)
    }
    return build
  }
}
