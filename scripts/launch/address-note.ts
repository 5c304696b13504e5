import { renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * How to reach the embedded PostgreSQL of this home while it runs: for the commands of `npm run rollcall`, which are
 * started beside it. Only its owner reads the file, because the address holds a password.
 */
export const addressFile = (home: string) => path.join(home, 'database.json')

export function noteAddress(home: string, url: string): void {
  const file = addressFile(home)
  writeFileSync(`${file}.new`, `${JSON.stringify({ url })}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

export function forgetAddress(home: string): void {
  rmSync(addressFile(home), { force: true })
}
