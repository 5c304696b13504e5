import type { Configuration } from '../configuration/configuration.ts'
import { runningConfiguration } from '../configuration/running.ts'
import type { Reader } from '../context.ts'
import { originOf } from './origin.ts'
import type { SecretUse } from './views.ts'

/** A place where the configuration has a secret sent to. */
export interface Use extends SecretUse {
  name: string
}

/** Every use in a configuration, in its order. A registry's realms are sent its credentials as the registry itself is. */
export function usesIn({ environments, components, forges, registries }: Configuration): Use[] {
  const uses: Use[] = []
  const add = (name: string | null, urls: readonly string[], kind: Use['kind'], of: string) => {
    for (const origin of new Set(urls.map(originOf)))
      if (name !== null && origin !== null) uses.push({ name, origin, kind, of })
  }
  for (const { name, controlPlane } of environments)
    if (controlPlane) add(controlPlane.tokenEnv, [controlPlane.url], 'environment', name)
  for (const component of components)
    for (const { environment, controlPlane } of component.fleets)
      if (controlPlane) add(controlPlane.tokenEnv, [controlPlane.url], 'fleet', `${component.name} in ${environment}`)
  for (const { name, url, tokenEnv } of forges) add(tokenEnv, [url], 'forge', name)
  for (const { name, url, realms, usernameEnv, passwordEnv } of registries)
    for (const one of [usernameEnv, passwordEnv]) add(one, [url, ...realms], 'registry', name)
  return uses
}

/** What is in use as it runs now. */
export async function usesNow(db: Reader): Promise<Use[]> {
  return usesIn(await runningConfiguration(db))
}
