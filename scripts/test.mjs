// `npm test`: everything that has to hold, on a fresh clone as well. One line per check, and at the end the sum.
import { readArguments } from './lib/arguments.mjs'
import { prepare } from './lib/prepare.mjs'
import { runMain } from './lib/say.mjs'

const usage = `Usage: npm test [-- options]

  --unit      format, lint, types, walls and the tests beside the code; no browser, no web build
  --e2e       only the tests in a browser
  --help      this text

Settings from the environment:
  CHROMIUM_PATH       the browser to use (default: Debian's Chromium, else one is installed)
  TEST_DATABASE_URL   a PostgreSQL for the tests (default: one is started for them)`

runMain(async () => {
  const flags = readArguments(process.argv.slice(2), { unit: true, e2e: true }, usage)
  const unit = Boolean(flags.unit || !flags.e2e)
  const e2e = Boolean(flags.e2e || !flags.unit)
  if (!(await prepare({ web: e2e }))) return
  const { checkEverything } = await import('./check/check.ts')
  process.exitCode = await checkEverything({ unit, e2e })
})
