import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { checkout } from './checkout.mjs'
import { fingerprint, isStamped } from './fingerprint.mjs'
import { lockHolder, takeLock } from './lock.mjs'
import { failureIn, runLogged } from './run-logged.mjs'
import { Refusal, say } from './say.mjs'

const web = path.join(checkout, 'apps/web')
const output = path.join(web, '.next')
const stampFile = path.join(output, 'rollcall-stamp')
const inUse = path.join(output, 'rollcall-in-use')

/** What the pages are made from. A package that the pages do not import may rebuild them once too often: cheap enough. */
const SOURCES = ['apps/web', 'packages', 'prisma', 'package-lock.json', 'tsconfig.base.json']

/**
 * Builds the web app when something it is made of has changed since the last build.
 * @param {{ logDir: string }} options
 */
export async function buildWeb({ logDir }) {
  const stamp = fingerprint(SOURCES)
  if (isStamped(stampFile, stamp) && existsSync(path.join(output, 'BUILD_ID'))) return
  refuseWhileServed()
  rmSync(stampFile, { force: true })
  say('web', 'building the pages (once; reused until the code changes)')
  const logFile = path.join(logDir, 'web-build.log')
  const code = await runLogged({
    about: 'web',
    program: process.execPath,
    args: [path.join(checkout, 'node_modules/next/dist/bin/next'), 'build'],
    cwd: web,
    // A shell that runs our tests or a dev server may have set NODE_ENV; a build is always for production.
    env: { NODE_ENV: 'production', NEXT_IGNORE_INCORRECT_LOCKFILE: '1' },
    logFile,
  })
  if (code !== 0) throw new Refusal(`The web app does not build. All of it is in ${logFile}:\n${failureIn(logFile)}`)
  writeFileSync(stampFile, `${stamp}\n`)
  say('web', 'built')
}

/** Notes that this process serves the build, so that nobody replaces it underneath; gone with the process. */
export function markBuildInUse() {
  mkdirSync(inUse, { recursive: true })
  return takeLock(path.join(inUse, String(process.pid)))
}

function refuseWhileServed() {
  if (!existsSync(inUse)) return
  for (const name of readdirSync(inUse)) {
    const holder = lockHolder(path.join(inUse, name))
    if (!holder || holder.pid === process.pid) continue
    throw new Refusal(
      `The code has changed, and a Rollcall that was started from this folder (pid ${holder.pid}) still serves the ` +
        'pages of the last build.\nStop it (Ctrl-C in its terminal), then run this again.',
    )
  }
}
