import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { checkout } from './checkout.mjs'
import { childEnvironment } from './node.mjs'
import { say } from './say.mjs'

/**
 * Runs a program to its end, everything it says going to a log file. While it runs, a line says so after 10 and 20 seconds
 * and every half minute. Resolves to its exit code; a program that cannot be started counts as 127.
 * @param {{ about: string, program: string, args: string[], logFile: string, cwd?: string,
 *   env?: Record<string, string | undefined> }} options
 * @returns {Promise<number>}
 */
export function runLogged({ about, program, args, logFile, cwd = checkout, env = {} }) {
  mkdirSync(path.dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'w')
  let seconds = 0
  const beat = setInterval(() => {
    seconds += 10
    if (seconds < 30 || seconds % 30 === 0) say(about, `still at it, ${seconds} s`)
  }, 10_000)
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...childEnvironment(), NO_COLOR: '1', ...env },
      stdio: ['ignore', log, log],
      // In a session of its own: a Ctrl-C ends it through us, so that its end never looks like a failure of its own.
      detached: true,
    })
    closeSync(log)
    const endWithUs = () => endGroup(child.pid)
    process.once('exit', endWithUs)
    /** @param {number} code */
    const finish = (code) => {
      clearInterval(beat)
      process.removeListener('exit', endWithUs)
      resolve(code)
    }
    child.once('error', () => finish(127))
    child.once('exit', (code) => finish(code ?? 1))
  })
}

/** @param {number | undefined} pid */
function endGroup(pid) {
  try {
    if (pid) process.kill(-pid, 'SIGTERM')
  } catch {
    // it has ended already
  }
}

/**
 * The last lines of a log, indented, for a message about a failure.
 * @param {string} file
 * @param {number} [count]
 */
export function tailOf(file, count = 30) {
  try {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count)
    return lines.map((line) => `    ${line}`).join('\n')
  } catch {
    return '    (no log)'
  }
}

/**
 * The part of a log that tells why it failed: from the first line that speaks of an error; without one, the tail.
 * @param {string} file
 * @param {number} [count]
 */
export function failureIn(file, count = 30) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const first = lines.findIndex((line) => /^\s*(\S*Error\b|error\b|Failed\b|[⨯✘×])/.test(line))
  if (first < 0 || lines.length - first <= count) return tailOf(file, count)
  return lines
    .slice(first, first + count)
    .map((line) => `    ${line}`)
    .join('\n')
}
