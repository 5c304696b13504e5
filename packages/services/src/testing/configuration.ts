import type { Prisma } from '@rollcall/store'
import { type Configuration, emptyConfiguration } from '../configuration/configuration.ts'
import type { TestWorld } from './world.ts'

/** Puts a configuration in force as it is, without reading a file. */
export async function inForce(world: Pick<TestWorld, 'store'>, configuration: Partial<Configuration>): Promise<void> {
  const document = { ...emptyConfiguration, ...configuration }
  await world.store.db.configuration.create({
    data: {
      document: document as unknown as Prisma.InputJsonObject,
      hash: '',
      importedAt: new Date(0),
      importedBy: 'test',
    },
  })
}

const onUpdate = {
  record_only: null,
  control_plane: { through: 'control_plane', workflow: null, permissions: null },
  workflow: { through: 'workflow', workflow: '.github/workflows/deploy.yaml', permissions: null },
} as const

/** External deploys of one repository each, by how an update of them is deployed. */
export function external(deploys: Record<string, keyof typeof onUpdate>): Configuration['external'] {
  return Object.entries(deploys).map(([name, how]) => ({
    repo: `acme/${name}`,
    ref: 'main',
    deploys: [{ name, workflow: null, onUpdate: onUpdate[how] }],
  }))
}
