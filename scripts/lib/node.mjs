import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { checkout } from './checkout.mjs'
import { onSignals, Refusal, startedAt } from './say.mjs'

/** The first Node that runs our TypeScript as it is and has what the dependencies need (`engines` in package.json). */
const FIRST_GOOD = { major: 22, minor: 19 }

/** The Node that npm installs with the other dependencies. */
const pinned = path.join(checkout, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node')

/** Whether the Node that runs this is new enough. */
export function isNodeNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > FIRST_GOOD.major || (major === FIRST_GOOD.major && minor >= FIRST_GOOD.minor)
}

/** The pinned Node, once dependencies are installed. Refuses where npm has none for this machine. */
export function pinnedNode() {
  if (existsSync(pinned)) return pinned
  throw new Refusal(
    `Rollcall needs Node ${FIRST_GOOD.major}.${FIRST_GOOD.minor} or newer; this is ${process.versions.node}, and npm brings no Node for ` +
      `${process.platform}-${process.arch}.\nInstall Node 24 (https://nodejs.org/en/download), then run the command again.`,
  )
}

/** The environment for everything we start: our Node and the tools of the dependencies come first on PATH. */
export function childEnvironment(node = process.execPath) {
  const first = [path.dirname(node), path.join(checkout, 'node_modules/.bin')]
  return {
    ...process.env,
    PATH: [...first, process.env.PATH ?? '/usr/bin:/bin'].join(path.delimiter),
    ROLLCALL_STARTED_AT: String(startedAt),
    NEXT_TELEMETRY_DISABLED: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    CHECKPOINT_DISABLE: '1',
  }
}

/**
 * Runs the same command again under another Node and ends with its exit code. The two live and die together: signals are
 * handed on, and the channel between them tells the new one when the old one is gone.
 * @param {string} node
 */
export function continueUnder(node) {
  const child = spawn(node, process.argv.slice(1), {
    env: childEnvironment(node),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  onSignals((signal) => {
    // In a terminal Ctrl-C reaches the child as well; it decides. Without one (kill -INT) it has to be handed on.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  })
  child.once('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}
