// `npm start`: everything a person needs to see a rollout, from a fresh clone to a page in the browser. This file runs on
// old Nodes too; what follows the preparation is TypeScript and runs on the right one.
import { readArguments } from './lib/arguments.mjs'
import { checkout } from './lib/checkout.mjs'
import { dataHome, makeHome } from './lib/home.mjs'
import { prepare } from './lib/prepare.mjs'
import { refuseSecondStart, takeRunLock } from './lib/run-lock.mjs'
import { Refusal, runMain } from './lib/say.mjs'

const usage = `Usage: npm start [-- options]

  --port N    look for a free port for the pages from N on (default 3000, or ROLLCALL_PORT)
  --no-demo   without the demo world: no demo fleet, no example applies
  --fresh     delete the data of the last runs first (not while it runs; not with DATABASE_URL)
  --help      this text

Settings from the environment:
  DATABASE_URL       use this PostgreSQL instead of the embedded one
  ROLLCALL_MIGRATE_URL   the same one as the owner of its tables, when DATABASE_URL is of a role that owns nothing
  ROLLCALL_HOME      where data, secrets and logs live (default .rollcall in this folder)
  ROLLCALL_HOST      the address the pages listen on (default 127.0.0.1)
  ROLLCALL_BASE_URL  the address people open, when it is not the one above
  ROLLCALL_TOKEN     the operator token (default: made once and kept for the demo world; none without it)
  ROLLCALL_HOOK_SECRET   what senders of webhooks sign with (default: made once and kept)
  ROLLCALL_SECRET_KEY, ROLLCALL_SECRET_KEY_FILE   what stored secrets are encrypted with: 32 bytes in base64, or a file with
                     them that only its owner reads (default: secret.key in ROLLCALL_HOME, made once)
  ROLLCALL_OUTBOUND_PRIVATE   ranges besides the public internet that may be connected to, such as 10.0.0.0/8,fd00::/8
                     (default 127.0.0.0/8,::1/128 with the demo world or while the pages listen on this machine only, else
                     none; link-local and metadata addresses never)
  ROLLCALL_DEMO_PORT, ROLLCALL_DEMO_TOKEN   the same for the demo fleet (default 4901, made once)
  ROLLCALL_DEMO_REGISTRY_PORT   the same for its image registry (default: the port after it)`

runMain(async () => {
  const flags = readArguments(process.argv.slice(2), { port: 'N', 'no-demo': true, fresh: true }, usage)
  const port = readPort(flags.port ?? process.env.ROLLCALL_PORT ?? '3000')
  const demoPort = readPort(process.env.ROLLCALL_DEMO_PORT ?? '4901')
  const registryPort = process.env.ROLLCALL_DEMO_REGISTRY_PORT
    ? readPort(process.env.ROLLCALL_DEMO_REGISTRY_PORT)
    : null
  if (flags.fresh && process.env.DATABASE_URL) {
    throw new Refusal(
      '--fresh deletes only data that Rollcall keeps itself. Empty the database of DATABASE_URL yourself.',
      2,
    )
  }
  const home = dataHome(checkout)
  refuseSecondStart(home)
  if (!(await prepare({ web: true }))) return
  makeHome(home)
  const lock = takeRunLock(home)
  const { launch } = await import('./launch/launch.ts')
  await launch({ home, lock, port, demoPort, registryPort, demo: !flags['no-demo'], fresh: Boolean(flags.fresh) })
})

/** @param {string | true} text */
function readPort(text) {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port < 32768) return port
  throw new Refusal(`The port must be a whole number from 1 to 32767; this is ${text}.\n\n${usage}`, 2)
}
