// `npm run typecheck`: the TypeScript of every room, without output.
import { prepare } from './lib/prepare.mjs'
import { runMain } from './lib/say.mjs'

runMain(async () => {
  if (!(await prepare({ web: false }))) return
  const { runToEnd } = await import('./check/run-to-end.ts')
  const { typecheck } = await import('./check/static-checks.ts')
  for (const step of typecheck()) {
    const { code, output } = await runToEnd(step)
    process.stdout.write(output)
    if (code !== 0) process.exitCode = 1
  }
})
