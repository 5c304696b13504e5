import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * Where an installation keeps its data, secrets and logs: ROLLCALL_HOME, else `.rollcall` in the checkout. One exception:
 * root runs PostgreSQL as another user, and that user cannot enter a checkout below a folder closed to others (a home
 * with mode 0700); its data then lives in /var/lib/rollcall, in a folder named after the checkout.
 * @param {string} checkoutDir
 * @returns {string}
 */
export function dataHome(checkoutDir) {
  if (process.env.ROLLCALL_HOME) return path.resolve(process.env.ROLLCALL_HOME)
  if (process.getuid?.() === 0 && !isOpenToOthers(checkoutDir)) {
    const name = createHash('sha256').update(checkoutDir).digest('hex').slice(0, 12)
    return path.join('/var/lib/rollcall', name)
  }
  return path.join(checkoutDir, '.rollcall')
}

/**
 * Whether every folder on the way may be entered by everybody.
 * @param {string} dir
 * @returns {boolean}
 */
function isOpenToOthers(dir) {
  const parent = path.dirname(dir)
  return (statSync(dir).mode & 0o001) !== 0 && (parent === dir || isOpenToOthers(parent))
}

/**
 * Makes the folder. What root makes on the way may be entered by the user that PostgreSQL runs as, whatever the umask is.
 * @param {string} home
 */
export function makeHome(home) {
  const firstMade = mkdirSync(home, { recursive: true })
  if (!firstMade || process.getuid?.() !== 0) return
  for (let dir = home; dir.length >= firstMade.length; dir = path.dirname(dir)) chmodSync(dir, 0o711)
}
