import {
  createRegistryClient,
  type Registry,
  type RegistryClient,
  type RegistryClientOptions,
} from '@rollcall/registry-client'
import type { Configuration } from '@rollcall/services'

type RegistryConfig = Configuration['registries'][number]

/** A registry that can be spoken to, or the sentence why not. */
export type RegistryDoor = { client: RegistryClient; registry: Registry } | { refusal: string }

export interface Registries {
  doorTo(registry: RegistryConfig): RegistryDoor
  close(): Promise<void>
}

/** Nothing else may be named, or a configuration could read any variable of this process. */
const allowedVariable = /^ROLLCALL_REGISTRY_[A-Z0-9_]+$/

/**
 * The registries of the configuration, one client for each: it keeps tokens, connections and the pace of its host.
 * Credentials are read from the variables that the configuration names, at each use.
 */
export function openRegistries(variables: NodeJS.ProcessEnv, options: RegistryClientOptions = {}): Registries {
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

  function valueNamed(name: string): string | { refusal: string } {
    if (!allowedVariable.test(name))
      return { refusal: `${name} may not be named for a registry: its name has to begin with ROLLCALL_REGISTRY_.` }
    return variables[name] || { refusal: `The worker has no credentials for this registry: ${name} is not set.` }
  }

  return {
    doorTo(config) {
      const { url, usernameEnv, passwordEnv } = config
      try {
        const client = clientFor(config)
        if (usernameEnv === null && passwordEnv === null) return { client, registry: { url } }
        if (usernameEnv === null || passwordEnv === null)
          return { refusal: `The registry ${config.name} needs a user name and a password, or neither.` }
        const username = valueNamed(usernameEnv)
        if (typeof username !== 'string') return username
        const password = valueNamed(passwordEnv)
        if (typeof password !== 'string') return password
        return { client, registry: { url, credentials: { username, password } } }
      } catch (error) {
        return { refusal: (error as Error).message }
      }
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()))
    },
  }
}
