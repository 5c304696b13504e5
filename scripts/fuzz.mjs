// `npm run fuzz`: odd requests to everything that the product answers, over real HTTP, to the server as it is started.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { readArguments } from './lib/arguments.mjs'
import { checkout } from './lib/checkout.mjs'
import { childEnvironment } from './lib/node.mjs'
import { prepare } from './lib/prepare.mjs'
import { Refusal, runMain } from './lib/say.mjs'

const usage = `Usage: npm run fuzz [-- options]

  --count N     requests to every entry (default 10000)
  --seed N      another seed sends other requests (default 20261120); the same one the same
  --only TEXT   only entries whose name contains this text, such as 'POST /api/v1/applies' or 'mutation '
  --first N     begin with this request of every entry (default 0): what a failure names
  --minutes N   end after so many minutes, however many were sent
  --help        this text

Settings from the environment:
  TEST_DATABASE_URL   a PostgreSQL to make a database on (default: one is started for it)`

runMain(async () => {
  const flags = readArguments(
    process.argv.slice(2),
    { count: 'N', seed: 'N', only: 'TEXT', first: 'N', minutes: 'N' },
    usage,
  )
  for (const name of ['count', 'seed', 'first', 'minutes']) {
    if (flags[name] !== undefined && !/^\d{1,9}$/.test(String(flags[name]))) {
      throw new Refusal(`--${name} takes a whole number; this is ${flags[name]}.\n\n${usage}`, 2)
    }
  }
  if (!(await prepare({ web: true }))) return
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
  const main = path.join(checkout, 'apps/web/fuzz/main.ts')
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd: checkout,
    env: childEnvironment(),
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
})
