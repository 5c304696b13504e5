import { stringify } from 'yaml'
import type { Context } from '../context.ts'
import type { Configuration } from './configuration.ts'
import { hashOf, runningConfiguration } from './running.ts'
import { toWire } from './to-wire.ts'
import type { ConfigurationView } from './views.ts'

/** What runs, as a rollcall.yaml: the same configuration gives the same bytes, and importing it changes nothing. */
export async function exportConfiguration(ctx: Context): Promise<ConfigurationView> {
  const { db } = ctx.store
  const running = await runningConfiguration(db)
  const last = await db.configuration.findFirst({
    orderBy: { id: 'desc' },
    select: { importedAt: true, importedBy: true },
  })
  return {
    yaml: yamlOf(running),
    hash: hashOf(running),
    importedAt: last?.importedAt.toISOString() ?? null,
    importedBy: last?.importedBy ?? null,
  }
}

export function yamlOf(configuration: Configuration): string {
  const keys = toWire(configuration)
  return Object.keys(keys).length === 0 ? '# nothing is configured yet\n' : stringify(keys, { lineWidth: 0 })
}
