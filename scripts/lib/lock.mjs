import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { processIdentity } from './process-identity.mjs'

/**
 * @typedef {{ pid: number, identity: string | null, since: string, url?: string }} Holder
 * @typedef {{ holder: Holder | null, release: () => void, note: (facts: Partial<Holder>) => void }} Lock
 */

/**
 * Takes the lock `file`, or answers who holds it. A holder that is no longer the process it was (dead, or its pid given
 * to another) has lost the lock. `holder: null` means: it is ours, until release() or our end.
 * @param {string} file
 * @returns {Lock}
 */
export function takeLock(file) {
  mkdirSync(path.dirname(file), { recursive: true })
  const me = { pid: process.pid, identity: processIdentity(process.pid), since: new Date().toISOString() }
  for (;;) {
    if (create(file, me)) return held(file, me)
    const holder = readHolder(file)
    if (holder && isAlive(holder)) return { holder, release() {}, note() {} }
    dropStale(file, holder)
  }
}

/**
 * Who holds the lock right now; null when nobody does.
 * @param {string} file
 */
export function lockHolder(file) {
  const holder = readHolder(file)
  return holder && isAlive(holder) ? holder : null
}

/**
 * Takes the lock, waiting for whoever holds it. `onWait` is told once.
 * @param {string} file
 * @param {(holder: Holder) => void} onWait
 */
export async function waitForLock(file, onWait) {
  let told = false
  for (;;) {
    const lock = takeLock(file)
    if (!lock.holder) return lock
    if (!told) onWait(lock.holder)
    told = true
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** @param {Holder} holder */
function isAlive(holder) {
  const identity = processIdentity(holder.pid)
  return identity !== null && identity === holder.identity
}

/**
 * Creates the file with its content in one step: a link to a finished file either appears or is refused.
 * @param {string} file
 * @param {Holder} holder
 */
function create(file, holder) {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 })
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    return false
  } finally {
    unlinkSync(draft)
  }
}

/**
 * Moves a lock without a living holder aside. Two may find the same stale lock, and the slower one may move the fresh
 * lock of the faster one: it looks at what it moved, and puts a living one back.
 * @param {string} file
 * @param {Holder | null} stale
 */
function dropStale(file, stale) {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return // somebody else was faster
  }
  const moved = readHolder(aside)
  if (moved && moved.identity !== stale?.identity && isAlive(moved)) {
    try {
      linkSync(aside, file)
    } catch {
      // a third one holds it now; the one that was moved finds out when it looks
    }
  }
  unlinkSync(aside)
}

/**
 * @param {string} file
 * @returns {Holder | null}
 */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

/**
 * @param {string} file
 * @param {Holder} me
 * @returns {Lock}
 */
function held(file, me) {
  let facts = me
  const isMine = () => readHolder(file)?.identity === me.identity && readHolder(file)?.pid === me.pid
  return {
    holder: null,
    release() {
      if (isMine()) unlinkSync(file)
    },
    note(more) {
      if (!isMine()) return
      facts = { ...facts, ...more }
      const draft = `${file}.${process.pid}`
      writeFileSync(draft, JSON.stringify(facts), { mode: 0o600 })
      renameSync(draft, file)
    },
  }
}
