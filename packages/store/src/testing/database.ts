import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { readMigrations } from '../migrations/engine.ts'
import { migrateDatabase } from '../migrations/migrate.ts'
import { provideAppRole } from '../roles/app-role.ts'
import { openStore, type Store, type StoreOptions } from '../store.ts'

/** Serialises the making of the template between test files. */
const templateLock = 7_265_011
const templateName = 'rollcall_template'

/** A database of its own for one test file, migrated, empty. */
export interface TestDatabase {
  /** connects as the role that the processes use: it owns nothing and can only add to the audit */
  url: string
  /** connects as the owner of the tables */
  ownerUrl: string
  open(options?: Omit<StoreOptions, 'url'> & { asOwner?: boolean }): Promise<Store>
  /** Runs SQL by hand, as the owner: to look, or to break something on purpose. */
  query<T extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>
  /** Closes what `open` opened and drops the database. */
  drop(): Promise<void>
}

/**
 * Makes a database on the server that TEST_DATABASE_URL names (`npm test` starts one), cloned from a template that is
 * migrated once per run. Throws with what to do when there is no such server.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL
  if (!server)
    throw new Error('TEST_DATABASE_URL is not set: run the tests with `npm test`, which starts a PostgreSQL for them.')
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await cloneTemplate(admin, server, name)
  const ownerUrl = withName(server, name)
  const url = asApp(ownerUrl)
  const looks = new pg.Pool({ connectionString: ownerUrl, max: 2 })
  looks.on('error', () => {})
  const stores: Store[] = []
  return {
    url,
    ownerUrl,
    async open({ asOwner, ...options } = {}) {
      const store = await openStore({ url: asOwner ? ownerUrl : url, connections: 5, ...options })
      stores.push(store)
      return store
    },
    async query<T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) {
      return (await looks.query<T>(sql, values)).rows
    },
    async drop() {
      await Promise.all(stores.map((store) => store.close().catch(() => {})))
      await looks.end()
      await admin.query(`drop database if exists ${name} with (force)`)
      await admin.end()
    },
  }
}

/** Migrates the template and clones it, one test file at a time: PostgreSQL clones only a database that nobody uses. */
async function cloneTemplate(admin: pg.Client, server: string, name: string): Promise<void> {
  await admin.query('select pg_advisory_lock($1)', [templateLock])
  try {
    const wanted = await fingerprint()
    const { rows } = await admin.query<{ made: string | null }>(
      `select shobj_description(oid, 'pg_database') as made from pg_database where datname = $1`,
      [templateName],
    )
    if (rows[0]?.made !== wanted) {
      const ownerUrl = withName(server, templateName)
      await migrateDatabase({ url: ownerUrl })
      // what it may do in the template, it may do in the clones
      await provideAppRole({ ownerUrl, role: appRole, password: appPassword(server), agreed: true })
      await admin.query(`comment on database ${templateName} is '${wanted}'`)
    }
    await admin.query(`create database ${name} template ${templateName}`)
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [templateLock])
  }
}

/** Of what migrating leads to: the schema may have changed since the template was made. */
async function fingerprint(): Promise<string> {
  const source = (file: string) => readFile(join(import.meta.dirname, '..', file), 'utf8')
  return createHash('sha256')
    .update(await source('jobs.ts'))
    .update(await source('roles/app-role.ts'))
    .update(await source('roles/only-added.ts'))
    .update(JSON.stringify(await readMigrations()))
    .digest('hex')
}

const appRole = 'rollcall_tests_app'

/** The same in every process of a run, and known only to who knows the owner's. */
function appPassword(server: string): string {
  return createHmac('sha256', new URL(server).password).update(appRole).digest('base64url')
}

function asApp(ownerUrl: string): string {
  const url = new URL(ownerUrl)
  url.username = appRole
  url.password = appPassword(ownerUrl)
  return url.href
}

function withName(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
