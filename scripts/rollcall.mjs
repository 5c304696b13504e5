// `npm run rollcall -- …`: the commands of apps/cli, on the database of DATABASE_URL or of the `npm start` of this home.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { checkout } from './lib/checkout.mjs'
import { dataHome } from './lib/home.mjs'
import { childEnvironment } from './lib/node.mjs'
import { prepare } from './lib/prepare.mjs'
import { onSignals, runMain, sayBeside } from './lib/say.mjs'

runMain(async () => {
  // What a command answers may be read by a program; how it was prepared is told beside it.
  sayBeside()
  if (!(await prepare({ web: false }))) return
  const main = path.join(checkout, 'apps/cli/src/main.ts')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env: { ...childEnvironment(), ROLLCALL_HOME: dataHome(checkout) },
    stdio: 'inherit',
  })
  onSignals((signal) => {
    // In a terminal Ctrl-C reaches the child as well.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  })
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (...end) => resolve(end))
  })
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
})
