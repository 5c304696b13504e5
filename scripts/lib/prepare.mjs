import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { checkout } from './checkout.mjs'
import { installDependencies } from './dependencies.mjs'
import { waitForLock } from './lock.mjs'
import { continueUnder, isNodeNewEnough, pinnedNode } from './node.mjs'
import { generatePrismaClient } from './prisma-client.mjs'
import { Refusal, say } from './say.mjs'
import { buildWeb } from './web-build.mjs'

/** Logs of the preparation stand in the checkout, beside the lock that keeps two preparations apart. */
const workDir = path.join(checkout, '.rollcall')
const logDir = path.join(workDir, 'logs')

/**
 * Makes a checkout ready to run: dependencies, a new enough Node, Prisma's client, and the web build if it is asked for.
 * What is ready already takes no time. Answers `false` when the command goes on under another Node: the caller is done.
 * @param {{ web: boolean }} options
 * @returns {Promise<boolean>}
 */
export async function prepare({ web }) {
  // From here on we may be a child of ourselves under another Node: without our parent nobody wants the answer.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref?.()
  refuseUnwritable()
  const lock = await waitForLock(path.join(workDir, 'setup.lock'), ({ pid }) =>
    say('setup', `waiting for another run that is setting up this folder (pid ${pid})`),
  )
  try {
    await installDependencies({ logDir })
    if (!isNodeNewEnough()) {
      const node = pinnedNode()
      say('node', `this is ${process.versions.node}: going on with the Node that npm brought`)
      lock.release()
      continueUnder(node)
      return false
    }
    await generatePrismaClient({ logDir })
    if (web) await buildWeb({ logDir })
    return true
  } finally {
    lock.release()
  }
}

function refuseUnwritable() {
  try {
    accessSync(checkout, constants.W_OK)
  } catch {
    throw new Refusal(
      `You may not write to ${checkout}: dependencies and builds live there. Clone it as the user who runs it.`,
    )
  }
}
