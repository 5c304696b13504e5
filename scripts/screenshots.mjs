// `npm run screenshots`: the pictures of the README, taken anew from the running product. The same as a test in a browser:
// the demo world on empty data, Chromium, and no human hand.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { readArguments } from './lib/arguments.mjs'
import { checkout } from './lib/checkout.mjs'
import { childEnvironment } from './lib/node.mjs'
import { prepare } from './lib/prepare.mjs'
import { runMain } from './lib/say.mjs'

const usage = `Usage: npm run screenshots

  --help   this text

Writes docs/*.png.`

runMain(async () => {
  readArguments(process.argv.slice(2), {}, usage)
  if (!(await prepare({ web: true }))) return
  const { provideChromium } = await import('./check/chromium.ts')
  const chromium = await provideChromium(process.env)
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(checkout, 'node_modules/@playwright/test/cli.js'),
      'test',
      '--config=screenshots.config.ts',
      '--reporter=list',
    ],
    {
      cwd: path.join(checkout, 'e2e'),
      env: { ...childEnvironment(), ...(chromium ? { CHROMIUM_PATH: chromium } : {}) },
      stdio: 'inherit',
    },
  )
  process.exitCode = status ?? 1
})
