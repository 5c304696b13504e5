import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../store.ts'
import { diffSchema } from './diff.ts'
import { readMigrations } from './engine.ts'
import { migrateDatabase } from './migrate.ts'

const run = promisify(execFile)
const made: string[] = []
let admin: pg.Client
beforeAll(async () => {
  admin = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL })
  await admin.connect()
})
afterAll(async () => {
  for (const name of made) await admin.query(`drop database if exists ${name} with (force)`)
  await admin.end()
})

/** The URL of a database that does not exist yet. */
function missing(): string {
  const name = `test_migrate_${process.pid}_${randomBytes(4).toString('hex')}`
  made.push(name)
  const url = new URL(process.env.TEST_DATABASE_URL ?? '')
  url.pathname = `/${name}`
  return url.href
}

test('the migrations lead exactly to prisma/schema.prisma, and a difference is told as SQL', async () => {
  const url = missing()
  const lines: string[] = []
  const { applied } = await migrateDatabase({ url, log: (line) => lines.push(line) })
  const all = (await readMigrations()).migrationDirectories.map(({ path }) => path)
  expect(applied).toEqual(all)
  expect(lines).toEqual(all.map((name) => `applied ${name}`))
  expect(await diffSchema(url, 'database')).toBe('')
  expect(await diffSchema(url, 'empty')).toContain('CREATE TABLE "applies"')
  expect(await migrateDatabase({ url })).toEqual({ applied: [] })

  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('alter table applies drop column headline')
  await client.end()
  expect(await diffSchema(url, 'database')).toMatch(/ALTER TABLE "applies" ADD COLUMN\s+"headline"/)
})

test('several processes that migrate one missing database at once all succeed, and one of them does the work', async () => {
  const url = missing()
  const script = `import { migrateDatabase } from ${JSON.stringify(join(import.meta.dirname, 'migrate.ts'))}
console.log(JSON.stringify(await migrateDatabase({ url: process.argv[1] })))`
  const results = await Promise.all(
    Array.from({ length: 3 }, () => run(process.execPath, ['--input-type=module', '-e', script, url])),
  )
  const applied = results.map(({ stdout }) => (JSON.parse(stdout) as { applied: string[] }).applied.length)
  expect(applied.filter((n) => n > 0)).toHaveLength(1)
  expect(await diffSchema(url, 'database')).toBe('')
})

test('a store does not open on a database that nobody migrated, or on none', async () => {
  const url = missing()
  await admin.query(`create database ${new URL(url).pathname.slice(1)}`)
  await expect(openStore({ url })).rejects.toThrow(/pg-boss is not installed/)
  await expect(openStore({ url: missing() })).rejects.toThrow(/does not exist/)
  const { rows } = await admin.query('select 1 from pg_stat_activity where datname = $1', [
    new URL(url).pathname.slice(1),
  ])
  expect(rows).toEqual([])
})
