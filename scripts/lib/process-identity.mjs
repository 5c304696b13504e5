import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * What tells one process from another that later gets the same pid: when it started. null: no such process.
 * @param {number} pid
 * @returns {string | null}
 */
export function processIdentity(pid) {
  if (!Number.isInteger(pid) || pid < 1) return null
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
}

/** @param {number} pid */
function fromProc(pid) {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything, so fields are counted after its end: state is the first, start the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : `${boot}/${fields[19]}`
  } catch {
    return null
  }
}

/** @param {number} pid */
function fromPs(pid) {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}
