import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'

export const secretKeyFile = (home: string) => path.join(home, 'secret.key')

/**
 * Where the processes find what stored secrets are encrypted with: as the environment says, else in a file of this home
 * that only its owner reads. Made on the first call and never again: without it, what was stored is lost.
 */
export function provideSecretKey(home: string, env: NodeJS.ProcessEnv): { ROLLCALL_SECRET_KEY_FILE?: string } {
  if (env.ROLLCALL_SECRET_KEY || env.ROLLCALL_SECRET_KEY_FILE) return {}
  const file = secretKeyFile(home)
  try {
    // only where there is none: two starts at once cannot replace each other's
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return { ROLLCALL_SECRET_KEY_FILE: file }
}
