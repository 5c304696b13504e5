import { existsSync } from 'node:fs'
import path from 'node:path'
import { checkout } from '../lib/checkout.mjs'
import { runLogged, tailOf } from '../lib/run-logged.mjs'
import { Refusal, say } from '../lib/say.mjs'
import { aptInstall, isProgram, mayInstall } from './apt.ts'

const logDir = path.join(checkout, '.rollcall/logs')

/** Where a Chromium of the operating system is found, best first. */
const KNOWN_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/**
 * The browser for the tests: its path, or null for the one that Playwright keeps itself. Installed when there is none: by
 * apt as root, else by Playwright. Refuses with the line to run when neither works.
 */
export async function provideChromium(env: NodeJS.ProcessEnv): Promise<string | null> {
  if (env.CHROMIUM_PATH) {
    if (isProgram(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH
    throw new Refusal(`CHROMIUM_PATH names ${env.CHROMIUM_PATH}, which is no program that can be run.`)
  }
  return find() ?? ((await playwrightHasOne()) ? null : await install())
}

function find(): string | null {
  return KNOWN_PLACES.find(isProgram) ?? null
}

async function playwrightHasOne(): Promise<boolean> {
  const { chromium } = await import('@playwright/test')
  return existsSync(chromium.executablePath())
}

async function install(): Promise<string | null> {
  const tried: string[] = []
  if (mayInstall()) {
    say('browser', 'none found: installing Chromium with apt')
    const said = await aptInstall('browser', ['chromium'])
    const found = find()
    if (found) return found
    tried.push(`apt said:\n${said}`)
  }
  say('browser', 'none found: asking Playwright to fetch one')
  const logFile = path.join(logDir, 'playwright-chromium.log')
  const cli = path.join(checkout, 'node_modules/playwright/cli.js')
  const args = [cli, 'install', 'chromium']
  const code = await runLogged({ about: 'browser', program: process.execPath, args, logFile })
  if (code === 0 && (await playwrightHasOne())) return null
  tried.push(`Playwright said:\n${tailOf(logFile, 8)}`)
  throw new Refusal(
    `There is no browser for the tests, and none could be installed.\n${tried.join('\n')}\n` +
      'Run: sudo apt-get install -y chromium      (or set CHROMIUM_PATH to a Chromium of yours), then npm test again.',
  )
}
