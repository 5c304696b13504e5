import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { checkout } from './checkout.mjs'

/** What is made, or only tested and measured with, changes no build. */
const LEFT_OUT =
  /^(node_modules|generated|bench|testing|\.next|\.turbo|next-env\.d\.ts)$|\.test\.tsx?$|\.tsbuildinfo$|\.md$/

/**
 * One hash over the names and contents of everything under `paths` (files or folders of the checkout).
 * @param {string[]} paths
 */
export function fingerprint(paths) {
  const hash = createHash('sha256')
  for (const each of paths) {
    for (const file of filesUnder(path.join(checkout, each))) {
      hash.update(`${path.relative(checkout, file)}\0`).update(readFileSync(file))
    }
  }
  return hash.digest('hex')
}

/**
 * @param {string} start
 * @returns {string[]} in the order of their names
 */
function filesUnder(start) {
  if (statSync(start).isFile()) return [start]
  return readdirSync(start)
    .filter((name) => !LEFT_OUT.test(name))
    .sort()
    .flatMap((name) => filesUnder(path.join(start, name)))
}

/**
 * Whether `file` holds exactly this stamp.
 * @param {string} file
 * @param {string} stamp
 */
export function isStamped(file, stamp) {
  try {
    return readFileSync(file, 'utf8').trim() === stamp
  } catch {
    return false
  }
}
