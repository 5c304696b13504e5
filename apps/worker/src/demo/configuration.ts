import { readFile } from 'node:fs/promises'
import { type Context, currentConfiguration, exportConfiguration, importConfiguration } from '@rollcall/services'

/** Where the demo world answers this time. */
export interface Places {
  url: string
  registryUrl: string
}

const written: Places = { url: 'http://127.0.0.1:4901', registryUrl: 'http://127.0.0.1:4902' }

/**
 * Puts the demo's rollcall.yaml in force where nothing is. Later nothing is changed that a person may have changed; only
 * the addresses are, when the demo world has other ports than before. `without` leaves a line's worth out of the file.
 */
export async function configureDemo(ctx: Context, places: Places, change = (text: string) => text): Promise<void> {
  const { importedAt, yaml } = await exportConfiguration(ctx)
  if (importedAt === null) {
    const text = change(await readFile(new URL('./rollcall.yaml', import.meta.url), 'utf8'))
    await importConfiguration(ctx, { text: moved(text, written, places) })
    return
  }
  const before = await placesNow(ctx)
  const text = moved(yaml, before, places)
  if (text !== yaml) await importConfiguration(ctx, { text })
}

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
