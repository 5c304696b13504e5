import path from 'node:path'
import { lockHolder, takeLock } from './lock.mjs'
import { Refusal } from './say.mjs'

/** @param {string} home */
const lockFile = (home) => path.join(home, 'run.lock')

/**
 * Refuses when a Rollcall already runs on this data. Asked before anything is touched.
 * @param {string} home
 */
export function refuseSecondStart(home) {
  const holder = lockHolder(lockFile(home))
  if (holder) throw alreadyRunning(holder, home)
}

/**
 * Takes the data folder for this process; refuses when another one has it.
 * @param {string} home
 */
export function takeRunLock(home) {
  const lock = takeLock(lockFile(home))
  if (lock.holder) throw alreadyRunning(lock.holder, home)
  return lock
}

/**
 * @param {import('./lock.mjs').Holder} holder
 * @param {string} home
 */
function alreadyRunning(holder, home) {
  const where = holder.url ? `Rollcall already runs at ${holder.url}` : 'Rollcall is already being started'
  return new Refusal(
    `${where} (pid ${holder.pid}, since ${holder.since}, data in ${home}).\n` +
      'Stop it with Ctrl-C in its terminal, or set ROLLCALL_HOME to run a second one beside it.',
  )
}
