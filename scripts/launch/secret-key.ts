import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export const secretKeyFile = (home: string) => path.join(home, 'secret.key')

/**
 * Where the processes find what stored secrets are encrypted with: as the environment says, else in a file of this home
 * that only its owner reads. Made on the first call and never again: without it, what was stored is lost.
 */
export function provideSecretKey(home: string, env: NodeJS.ProcessEnv): { ROLLCALL_SECRET_KEY_FILE?: string } {
  if (env.ROLLCALL_SECRET_KEY || env.ROLLCALL_SECRET_KEY_FILE) return {}
  const file = secretKeyFile(home)
  if (!existsSync(file)) {
    // whole before it has its name: a start that ends in between must not leave one that holds no key
    const made = `${file}.${randomBytes(6).toString('hex')}`
    writeFileSync(made, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
    try {
      // only where there is none: two starts at once cannot replace each other's
      linkSync(made, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      unlinkSync(made)
    }
  }
  return { ROLLCALL_SECRET_KEY_FILE: file }
}
