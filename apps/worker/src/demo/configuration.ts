import { readFile } from 'node:fs/promises'
import { type Context, currentConfiguration, exportConfiguration, importConfiguration } from '@rollcall/services'

/** Where the demo world answers this time. */
export interface Places {
  url: string
  registryUrl: string
}

const written: Places = { url: 'http://127.0.0.1:4901', registryUrl: 'http://127.0.0.1:4902' }

/**
 * Puts the demo's rollcall.yaml in force where nothing is, at first without the apply that follows a promotion: what was
 * promoted before Rollcall came must not set the fleet going. Later nothing is changed that a person may have changed;
 * only the addresses are, when the demo world has other ports than before.
 */
export async function configureDemo(ctx: Context, places: Places): Promise<void> {
  const { importedAt, yaml } = await exportConfiguration(ctx)
  if (importedAt === null) {
    await importConfiguration(ctx, { text: withoutFollowing(await demoFile(places)) })
    return
  }
  const before = await placesNow(ctx)
  const text = moved(yaml, before, places)
  if (text !== yaml) await importConfiguration(ctx, { text })
}

/** Puts the whole file in force, once what was promoted before is there. What a person has imported stays. */
export async function completeConfiguration(ctx: Context, places: Places): Promise<void> {
  const text = await demoFile(places)
  if ((await ctx.store.db.configuration.count()) > 1) return
  const { changed } = await importConfiguration(ctx, { text: withoutFollowing(text), dryRun: true })
  if (!changed) await importConfiguration(ctx, { text })
}

async function demoFile(places: Places): Promise<string> {
  return moved(await readFile(new URL('./rollcall.yaml', import.meta.url), 'utf8'), written, places)
}

const withoutFollowing = (text: string) => text.replace(/^ {4}then_apply:\n(?: {6}.*\n)+/m, '')

/** Where the demo world answered the last time, as far as it is still configured. */
async function placesNow({ store }: Context): Promise<Partial<Places>> {
  const { environments, registries } = await currentConfiguration(store.db)
  const staging = environments.find(({ name }) => name === 'staging')?.controlPlane?.url
  return {
    ...(staging?.endsWith('/staging') && { url: staging.slice(0, -'/staging'.length) }),
    registryUrl: registries.find(({ name }) => name === 'demo-registry')?.url,
  }
}

/** In one pass: the new address of one may be the old one of the other. */
function moved(text: string, from: Partial<Places>, to: Places): string {
  const pairs = (['url', 'registryUrl'] as const).flatMap((key) => (from[key] ? [[from[key], to[key]] as const] : []))
  const address = new RegExp(pairs.map(([old]) => `${old.replaceAll('.', '\\.')}(?!\\d)`).join('|'), 'g')
  return pairs.length === 0 ? text : text.replace(address, (old) => pairs.find(([one]) => one === old)?.[1] ?? old)
}
