import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { noFilters, prismaFolder, withSchemaEngine } from './engine.ts'

/**
 * The SQL that leads from what the database is to what prisma/schema.prisma says; empty text when nothing differs.
 * `from: 'empty'` gives the SQL of a whole new database.
 */
export async function diffSchema(url: string, from: 'empty' | 'database'): Promise<string> {
  const schema = { path: 'schema.prisma', content: await readFile(join(prismaFolder, 'schema.prisma'), 'utf8') }
  const { stdout } = await withSchemaEngine(url, (engine) =>
    engine.diff({
      from: from === 'empty' ? { tag: 'empty' } : { tag: 'schemaDatasource', files: [schema], configDir: prismaFolder },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: noFilters,
    } as never),
  )
  return stdout?.includes('This is an empty migration') ? '' : (stdout ?? '')
}
