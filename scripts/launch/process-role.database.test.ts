import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { isAuditProtected, openStore } from '../../packages/store/src/index.ts'
import { type TestDatabase, testDatabase } from '../../packages/store/src/testing/index.ts'
import { type Database, foreignDatabase } from './database.ts'
import { provideProcessRole } from './process-role.ts'
import type { Secrets } from './secrets.ts'

const secrets = { databasePassword: 'of-this-home' } as Secrets
let database: TestDatabase
let said: string[] = []
let appRole: string
const roles: string[] = []
beforeAll(async () => {
  database = await testDatabase()
  appRole = `${new URL(database.ownerUrl).pathname.slice(1)}_app`
  roles.push(appRole)
})
beforeEach(() => {
  said = []
  vi.spyOn(console, 'log').mockImplementation((line) => void said.push(String(line)))
})
afterAll(async () => {
  for (const role of roles) {
    await database.query(`drop owned by ${role} cascade`)
    await database.query(`drop role ${role}`)
  }
  await database.drop()
})

async function whoIs(url: string): Promise<{ role: string; changes: boolean }> {
  const { db, close } = await openStore({ url, connections: 1 })
  try {
    const [row] = await db.$queryRaw<{ role: string }[]>`select current_user::text as role`
    return { role: row?.role ?? '', changes: !(await isAuditProtected(db)) }
  } finally {
    await close()
  }
}

async function roleWith(options: string): Promise<string> {
  const role = `test_role_${process.pid}_${randomBytes(3).toString('hex')}`
  await database.query(`create role ${role} login password 'own' ${options}`)
  roles.unshift(role)
  const url = new URL(database.ownerUrl)
  url.username = role
  url.password = 'own'
  return url.href
}

test('with the embedded server the processes have a role of their own, at whatever address it has by then', async () => {
  let ownerUrl = database.ownerUrl
  const embedded = { isForeign: false, url: () => ownerUrl, ownerUrl: () => ownerUrl } as Database
  const url = await provideProcessRole(embedded, secrets)
  expect(await whoIs(url())).toEqual({ role: appRole, changes: false })
  ownerUrl = ownerUrl.replace(/:\d+\//, ':6543/')
  expect(new URL(url())).toMatchObject({ username: appRole, port: '6543' })
})

test('with one URL of an owner who may make roles they get one, the same from every machine', async () => {
  const own = await foreignDatabase(database.ownerUrl)
  const first = (await provideProcessRole(own, secrets))()
  const other = (await provideProcessRole(own, { ...secrets, databasePassword: 'of another home' }))()
  expect(other).toBe(first)
  expect(await whoIs(first)).toEqual({ role: appRole, changes: false })
  expect(said).toEqual([])
})

test('with two URLs the given role stays, and may only add to the audit', async () => {
  const app = await roleWith('')
  const url = await provideProcessRole(await foreignDatabase(app, database.ownerUrl), secrets)
  expect(url()).toBe(app)
  expect(await whoIs(app)).toEqual({ role: new URL(app).username, changes: false })
})

test('with one URL of an owner who may not make roles it goes on with that one, and says what would be better', async () => {
  const owner = await roleWith('')
  const url = await provideProcessRole(await foreignDatabase(owner), secrets)
  expect(url()).toBe(owner)
  expect(said.join('\n')).toContain('owns the audit that it writes')
  expect(said.join('\n')).toContain('ROLLCALL_MIGRATE_URL')
})

test('a role of that name that somebody else has made stays theirs, and the owner is gone on with', async () => {
  await database.query(`alter role ${appRole} login password 'theirs'`)
  await database.query(`comment on role ${appRole} is null`)
  const url = await provideProcessRole(await foreignDatabase(database.ownerUrl), secrets)
  expect(url()).toBe(database.ownerUrl)
  expect(said.join('\n')).toContain(`there is a role ${appRole} that Rollcall has not made`)
  const theirs = new URL(database.ownerUrl)
  theirs.username = appRole
  theirs.password = 'theirs'
  expect((await whoIs(theirs.href)).role).toBe(appRole)
})
