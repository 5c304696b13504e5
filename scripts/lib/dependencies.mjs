import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { checkout } from './checkout.mjs'
import { isStamped } from './fingerprint.mjs'
import { runLogged, tailOf } from './run-logged.mjs'
import { Refusal, say } from './say.mjs'

const lockFile = path.join(checkout, 'package-lock.json')
const modules = path.join(checkout, 'node_modules')
const stampFile = path.join(modules, '.rollcall-stamp')

/**
 * Brings node_modules to what package-lock.json says. Nothing happens when it is so already; what somebody installed
 * with npm themselves is recognised.
 * @param {{ logDir: string }} options
 */
export async function installDependencies({ logDir }) {
  const stamp = createHash('sha256')
    .update(readFileSync(lockFile))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex')
  if (isStamped(stampFile, stamp)) return
  if (!existsSync(modules) || !matchesLock()) {
    say('dependencies', existsSync(modules) ? 'package-lock.json has changed: npm ci' : 'not installed yet: npm ci')
    const logFile = path.join(logDir, 'npm-ci.log')
    const code = await runLogged({
      about: 'dependencies',
      ...npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']),
      logFile,
    })
    if (code !== 0) {
      throw new Refusal(`npm ci failed (exit ${code}). npm says (all of it in ${logFile}):\n${errorsIn(logFile)}`)
    }
    say('dependencies', 'installed')
  }
  writeFileSync(stampFile, `${stamp}\n`)
}

/**
 * How to call npm: the one that called us, else the one on PATH.
 * @param {string[]} args
 */
function npm(args) {
  const called = process.env.npm_execpath
  const isNpm = called && /npm-cli\.c?js$/.test(called) && existsSync(called)
  return isNpm ? { program: process.execPath, args: [called, ...args] } : { program: 'npm', args }
}

/**
 * npm puts the cause first and pages of usage after it.
 * @param {string} logFile
 */
function errorsIn(logFile) {
  const errors = readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => /^npm (error|ERR!) *\S/.test(line.trim()))
  return errors.length > 0
    ? errors
        .slice(0, 15)
        .map((line) => `    ${line}`)
        .join('\n')
    : tailOf(logFile)
}

/** Compares npm's own note of what it installed with the lock file, leaving out what is for other machines. */
function matchesLock() {
  try {
    const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages
    const present = JSON.parse(readFileSync(path.join(modules, '.package-lock.json'), 'utf8')).packages
    return Object.keys(wanted).every((key) => {
      if (!/(^|\/)node_modules\//.test(key)) return true
      const there = present[key]
      if (!there) return isForOthers(wanted[key])
      return there.version === wanted[key].version && there.integrity === wanted[key].integrity
    })
  } catch {
    return false
  }
}

/** @param {{ optional?: boolean, peer?: boolean, os?: string[], cpu?: string[], libc?: string[] }} entry */
function isForOthers(entry) {
  const excludes = (/** @type {string[] | undefined} */ list, /** @type {string} */ mine) =>
    list && !list.includes(mine)
  const foreign = excludes(entry.os, process.platform) || excludes(entry.cpu, process.arch) || entry.libc
  return Boolean(entry.optional && (foreign || entry.peer || !entry.os))
}
