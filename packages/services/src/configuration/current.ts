import type { Reader } from '../context.ts'
import { type Configuration, emptyConfiguration } from './configuration.ts'

/** The configuration in force: what was imported last; empty where nothing was. */
export async function currentConfiguration(db: Reader): Promise<Configuration> {
  const row = await db.configuration.findFirst({ orderBy: { id: 'desc' } })
  return row ? { ...emptyConfiguration, ...(row.document as unknown as Configuration) } : emptyConfiguration
}
