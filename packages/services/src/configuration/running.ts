import { createHash } from 'node:crypto'
import { componentOrder } from '../components/find.ts'
import type { Reader } from '../context.ts'
import { type Configuration, type DoorConfig, noPolicy } from './configuration.ts'
import { currentConfiguration } from './current.ts'
import { toWire } from './to-wire.ts'

interface DoorRow {
  controlPlaneUrl: string | null
  controlPlaneTokenEnv: string | null
  tenantUrlTemplate: string | null
}

/**
 * What runs: environments, components and fleets as their tables have them, so that what was defined otherwise is in it,
 * everything else as it was imported last.
 */
export async function runningConfiguration(db: Reader): Promise<Configuration> {
  const said = await currentConfiguration(db)
  const environments = await db.environment.findMany({ orderBy: { position: 'asc' } })
  const components = await db.component.findMany({ orderBy: componentOrder })
  const fleets = await db.fleet.findMany()
  const places = new Map(environments.map(({ id, slug }, index) => [id, { slug, index }]))
  const ownFleet = new Map(fleets.map((fleet) => [fleet.id, fleet]))
  return {
    ...said,
    environments: environments.map((row) => ({
      name: row.slug,
      title: row.name === row.slug ? null : row.name,
      ...doorOf(ownFleet.get(row.id)),
      policy: said.environments.find(({ name }) => name === row.slug)?.policy ?? noPolicy,
      patience: {
        settleBudgetSeconds: row.settleBudgetSeconds,
        pollSeconds: row.pollSeconds,
        redeployTimeoutSeconds: row.redeployTimeoutSeconds,
        maxAttempts: row.maxAttempts,
        retryBackoffSeconds: row.retryBackoffSeconds,
        sweepSeconds: row.sweepSeconds,
      },
    })),
    components: components.map(({ id, slug, name }) => {
      const written = said.components.find((one) => one.name === slug)?.fleets ?? []
      return {
        name: slug,
        title: name === slug ? null : name,
        fleets: fleets
          .filter(({ componentId }) => componentId === id)
          .map((fleet) => ({ fleet, place: places.get(fleet.environmentId) ?? { slug: '', index: -1 } }))
          .toSorted((a, b) => a.place.index - b.place.index)
          .map(({ fleet, place }) => ({
            environment: place.slug,
            ...doorOf(fleet),
            policy: written.find(({ environment }) => environment === place.slug)?.policy ?? noPolicy,
          })),
      }
    }),
  }
}

function doorOf(row: DoorRow | undefined): DoorConfig {
  const { controlPlaneUrl: url = null, controlPlaneTokenEnv: tokenEnv = null } = row ?? {}
  return {
    controlPlane: url !== null && tokenEnv !== null ? { url, tokenEnv } : null,
    tenants: row?.tenantUrlTemplate ?? null,
  }
}

/** Two configurations of one hash say the same. */
export function hashOf(configuration: Configuration): string {
  return createHash('sha256')
    .update(JSON.stringify(toWire(configuration)))
    .digest('hex')
}
