// `npm run bench`: the measurements of every room, one after the other, so that they do not disturb each other.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { readArguments } from './lib/arguments.mjs'
import { checkout } from './lib/checkout.mjs'
import { childEnvironment } from './lib/node.mjs'
import { prepare } from './lib/prepare.mjs'
import { Refusal, runMain, say } from './lib/say.mjs'

const usage = `Usage: npm run bench [-- --only TEXT]

  --only TEXT   only benches whose path contains this text
  --help        this text`

runMain(async () => {
  const flags = readArguments(process.argv.slice(2), { only: 'TEXT' }, usage)
  if (!(await prepare({ web: false }))) return
  const benches = findBenches().filter((file) => file.includes(String(flags.only ?? '')))
  if (benches.length === 0)
    throw new Refusal('No bench matches. A bench is a file packages/*/bench/*.bench.ts or apps/*/bench/*.bench.ts.')
  if (benches.some((file) => file.includes('registry-client'))) {
    const { provideForRegistries } = await import('./check/registry.ts')
    await provideForRegistries(['docker-registry', 'skopeo'])
  }
  for (const file of benches) {
    say('bench', file)
    const args = ['--disable-warning=ExperimentalWarning', path.join(checkout, file)]
    const { status } = spawnSync(process.execPath, args, { cwd: checkout, env: childEnvironment(), stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
})

function findBenches() {
  return ['packages', 'apps'].flatMap((kind) =>
    readdirSync(path.join(checkout, kind)).flatMap((room) => {
      const folder = path.join(kind, room, 'bench')
      if (!existsSync(path.join(checkout, folder))) return []
      const files = readdirSync(path.join(checkout, folder)).filter((name) => name.endsWith('.bench.ts'))
      return files.sort().map((name) => path.join(folder, name))
    }),
  )
}
