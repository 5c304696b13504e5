import {
  createRegistryClient,
  type Registry,
  type RegistryClient,
  type RegistryClientOptions,
} from '@rollcall/registry-client'
import type { Configuration, Sendable } from '@rollcall/services'
import type { SecretFor } from '../deps.ts'

type RegistryConfig = Configuration['registries'][number]

/** A control plane's or a forge's token is nothing for a registry. */
const prefix = 'ROLLCALL_REGISTRY_'

/** A registry that can be spoken to, or the sentence why not. */
export type RegistryDoor = { client: RegistryClient; registry: Registry } | { refusal: string }

export interface Registries {
  /** Asked before each use: its credentials may be another's to send by then, or nobody's. */
  doorTo(registry: RegistryConfig): Promise<RegistryDoor>
  close(): Promise<void>
}

/**
 * The registries of the configuration, one client for each: it keeps tokens, connections and the pace of its host.
 * Credentials are what `secretFor` gives for the registry and all of its realms, at each use.
 */
export function openRegistries(secretFor: SecretFor, options: RegistryClientOptions = {}): Registries {
  const clients = new Map<string, RegistryClient>()

  function clientFor({ url, realms }: RegistryConfig): RegistryClient {
    const key = JSON.stringify([url, realms])
    let client = clients.get(key)
    if (client === undefined) {
      client = createRegistryClient({ ...options, allowedRealms: realms })
      clients.set(key, client)
    }
    return client
  }

  async function named(name: string, { url, realms }: RegistryConfig): Promise<Sendable> {
    if (name.startsWith(prefix)) return secretFor(name, url, ...realms)
    return { refusal: `${name} may not be named for a registry: its name has to begin with ${prefix}.` }
  }

  return {
    async doorTo(config) {
      const { url, usernameEnv, passwordEnv } = config
      try {
        const client = clientFor(config)
        if (usernameEnv === null && passwordEnv === null) return usable(client, { url })
        if (usernameEnv === null || passwordEnv === null)
          return { refusal: `The registry ${config.name} needs a user name and a password, or neither.` }
        const username = await named(usernameEnv, config)
        if ('refusal' in username) return username
        const password = await named(passwordEnv, config)
        if ('refusal' in password) return password
        return usable(client, { url, credentials: { username: username.value, password: password.value } })
      } catch (error) {
        // an address or a value that can be none
        if (error instanceof TypeError)
          return { refusal: `The registry ${config.name} cannot be asked: ${error.message}.` }
        throw error
      }
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()))
    },
  }
}

/** Here, where a TypeError is a refusal: later it would be one of whatever is asked first. */
function usable(client: RegistryClient, registry: Registry): RegistryDoor {
  client.assertUsable(registry)
  return { client, registry }
}
