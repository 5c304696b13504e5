import pg from 'pg'
import { installQueues } from '../jobs.ts'
import { noFilters, readMigrations, withSchemaEngine } from './engine.ts'

/** Any number will do as long as every Rollcall uses the same one. */
const migrationLock = 7_265_010

export interface Migrated {
  /** names of the migrations that this call applied, in order; empty when the database was up to date */
  applied: string[]
}

/**
 * Brings a database to this version's schema: creates the database when it is missing, applies prisma/migrations in
 * order and installs the job queues. Safe to call from several processes at once: one works, the others wait.
 * Throws with PostgreSQL's own words when it cannot connect or a migration fails; nothing is half applied.
 */
export async function migrateDatabase(options: { url: string; log?: (line: string) => void }): Promise<Migrated> {
  await createMissingDatabase(options.url)
  const client = new pg.Client({ connectionString: options.url })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    const migrationsList = await readMigrations()
    const { appliedMigrationNames: applied } = await withSchemaEngine(options.url, (engine) =>
      engine.applyMigrations({ migrationsList, filters: noFilters }),
    )
    await installQueues(options.url)
    for (const name of applied) options.log?.(`applied ${name}`)
    return { applied }
  } finally {
    await client.end()
  }
}

async function createMissingDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    return
  } catch (error) {
    if ((error as { code?: string }).code !== '3D000') throw error
  } finally {
    await client.end().catch(() => {})
  }
  const name = decodeURIComponent(new URL(url).pathname.slice(1))
  const maintenance = new URL(url)
  maintenance.pathname = '/postgres'
  const admin = new pg.Client({ connectionString: maintenance.href })
  await admin.connect()
  try {
    await admin.query(`create database ${pg.escapeIdentifier(name)}`)
  } catch (error) {
    // somebody else was faster: 42P04 when that one had finished, 23505 when both were at it
    if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error
  } finally {
    await admin.end()
  }
}
