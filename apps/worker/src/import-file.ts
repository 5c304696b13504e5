import { readFile } from 'node:fs/promises'
import { type Context, importOnce, ServiceError } from '@rollcall/services'

/**
 * Puts the rollcall.yaml of this place in force, if it has changed since the last time. A file that cannot be read or is
 * wrong is told line by line, and what runs goes on: a slip in a file must not keep rollouts from being driven.
 */
export async function importFile(ctx: Context, path: string, log: (line: string) => void): Promise<void> {
  const file: Context = { ...ctx, actor: { name: 'rollcall.yaml', via: 'worker' } }
  try {
    const imported = await importOnce(file, await readFile(path, 'utf8'))
    log(imported ? `${path} is in force; fields that changed: ${imported.changes.length}` : `${path} has not changed`)
  } catch (error) {
    const problems = error instanceof ServiceError ? error.details : []
    log(`${path} was not imported, and what was in force before stays: ${(error as Error).message}`)
    for (const { line, message, remedy } of problems)
      log(`  ${line == null ? '' : `line ${line}: `}${message} (${remedy})`)
  }
}
