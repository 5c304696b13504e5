import type { Endpoint, Sender } from '@rollcall/forge'
import { receivingEndpoints } from '@rollcall/services'
import type { Deps } from '../server/context.ts'

/** What an endpoint is by configuration, and what its deliveries are verified with. */
export interface HookEndpoint {
  config: Awaited<ReturnType<typeof receivingEndpoints>>[number]
  verifies: Endpoint
}

export interface EndpointBook {
  /** The endpoint of that name; null when there is none. */
  find(name: string): Promise<HookEndpoint | null>
}

/** A configuration that is set now counts within a second; a little earlier it is looked for while nobody waits. */
const oldestMs = 900
const renewMs = 400

/** Only these may be named by a configuration, or it could have any variable of this process tried as a key. */
const secretName = /^ROLLCALL_HOOK_SECRET[A-Z0-9_]*$/

/** Environment variables by their names. */
export type Variables = Readonly<Record<string, string | undefined>>

export const hookSecret = (name: string, variables: Variables = process.env): string | null =>
  (secretName.test(name) && variables[name]) || null

/** Knows the endpoints without asking the database for each delivery. */
export function openEndpointBook(deps: Deps, variables: Variables): EndpointBook {
  let known = new Map<string, HookEndpoint>()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null

  async function read() {
    const startedAt = performance.now()
    const configs = await receivingEndpoints({ store: await deps.store() })
    known = new Map(configs.map((config) => [config.name, { config, verifies: verifiesBy(config) }]))
    readAt = startedAt
  }

  function verifiesBy({ sender, secretEnvs }: HookEndpoint['config']): Endpoint {
    const secrets = secretEnvs.flatMap((name) => hookSecret(name, variables) ?? [])
    return sender === null ? { secrets } : { secrets, sender: sender satisfies Sender }
  }

  function renew(): Promise<void> {
    reading ??= read().finally(() => {
      reading = null
    })
    return reading
  }

  return {
    async find(name) {
      const age = performance.now() - readAt
      if (age >= oldestMs) await renew()
      // its failure is told to whoever has to wait for the next one
      else if (age >= renewMs) renew().catch(() => {})
      return known.get(name) ?? null
    },
  }
}
