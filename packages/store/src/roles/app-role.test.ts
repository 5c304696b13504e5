import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore, type Store } from '../store.ts'
import { type TestDatabase, testDatabase } from '../testing/index.ts'
import { grantAppRole, provideAppRole } from './app-role.ts'
import { isAuditProtected } from './protected.ts'

let database: TestDatabase
let store: Store
const made: string[] = []
beforeAll(async () => {
  database = await testDatabase()
  store = await database.open()
  await store.db.auditEntry.create({
    data: { actor: 'ana', via: 'api', action: 'x', subjectType: 'apply', subjectId: 'y' },
  })
  const [row] = await store.db.auditEntry.findMany()
  await store.db.auditSeal.create({ data: { seq: 1, auditId: row?.id ?? 0n, hash: 'h', sealedAt: new Date() } })
})
afterAll(async () => {
  for (const role of made) {
    await database.query(`drop owned by ${role}`)
    await database.query(`drop role ${role}`)
  }
  await database.drop()
})

const roleName = () => {
  const role = `test_role_${process.pid}_${randomBytes(3).toString('hex')}`
  made.push(role)
  return role
}

async function as<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return work(client).finally(() => client.end())
}

const forbidden: [string, string][] = ['audit', 'audit_seals'].flatMap((table) => [
  [table, `update ${table} set ${table === 'audit' ? 'actor' : 'hash'} = 'x'`],
  [table, `delete from ${table}`],
  [table, `truncate ${table} cascade`],
  [table, `select 1 from ${table} for update`],
  [table, `alter table ${table} disable trigger all`],
  [table, `drop table ${table}`],
  [table, `grant update on ${table} to current_user`],
])

describe('the role of the processes', () => {
  test.each(forbidden)('is refused by PostgreSQL what would change the past of %s: %s', async (table, sql) => {
    await as(database.url, async (client) => {
      // a grant without the right to give is a warning and gives nothing
      const outcome = await client.query(sql).then(
        () => 'done',
        (error: Error) => error.message,
      )
      const denied = new RegExp(`permission denied for table ${table}|must be owner of table ${table}`)
      if (sql.startsWith('grant')) expect(outcome).toMatch(/done|permission denied/)
      else expect(outcome).toMatch(denied)
      await expect(client.query(`update ${table} set ${table === 'audit' ? 'actor' : 'hash'} = 'x'`)).rejects.toThrow(
        `permission denied for table ${table}`,
      )
    })
    expect(await store.db.auditEntry.count()).toBe(1)
    expect(await store.db.auditSeal.count()).toBe(1)
  })

  test('may add to the audit, and chooses neither the number of a row nor that of a seal', async () => {
    await as(database.url, async (client) => {
      const row = (columns: string, values: string) =>
        client.query(
          `insert into audit (actor, via, action, subject_type, subject_id${columns}) values ('a', 'b', 'c', 'd', 'e'${values})`,
        )
      await expect(row(', id', ', 9000000000000000000')).rejects.toThrow('permission denied for table audit')
      await expect(row(', at', `, 'infinity'`)).rejects.toThrow('audit_at_is_a_day')
      await client.query('begin')
      await row('', '')
      await client.query('rollback')
      const seal = (seq: string) =>
        client.query(`insert into audit_seals select ${seq}, max(id), 'x', now() from audit`)
      for (const seq of ['-1', '0', '3', '9223372036854775807'])
        await expect(seal(seq)).rejects.toThrow('is not the next one of the chain')
    })
  })

  test('may do everything else with every other table, and defines nothing', async () => {
    await as(database.url, async (client) => {
      const { rows } = await client.query(`
        select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where nspname in ('public', 'pgboss') and relkind in ('r', 'p') and not (
          has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
          and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete'))
        order by 1`)
      expect(rows.map(({ name }) => name)).toEqual(['_prisma_migrations', 'audit', 'audit_seals'])
      const owned = await client.query(
        `select from pg_class where relowner = (select oid from pg_roles where rolname = current_user)`,
      )
      expect(owned.rowCount).toBe(0)
      await expect(client.query('create table public.mine (id int)')).rejects.toThrow('permission denied')
      await expect(client.query('create role another')).rejects.toThrow('permission denied')
    })
  })

  test('tells that the audit is protected from it, and an owner that it is not', async () => {
    expect(await isAuditProtected(store.db)).toBe(true)
    const owner = await openStore({ url: database.ownerUrl, connections: 1 })
    expect(await isAuditProtected(owner.db)).toBe(false)
    await owner.close()
  })
})

describe('providing it', () => {
  test('makes it once, keeps a password that opens it, and changes one that does not', async () => {
    const role = roleName()
    const provide = (password: string) => provideAppRole({ ownerUrl: database.ownerUrl, role, password, agreed: true })
    const url = await provide('first')
    await Promise.all([provide('first'), provide('first')])
    expect(new URL(url).username).toBe(role)
    expect(await provide('second:/@ %')).not.toBe(url)
    await expect(as(url, async () => {})).rejects.toThrow('password authentication failed')
  })

  test('leaves a role alone that somebody else has made, and one that another home has made', async () => {
    const opensStill = async (role: string) => {
      const url = new URL(database.ownerUrl)
      url.username = role
      url.password = 'own'
      await as(url.href, async () => {})
    }
    const provide = (role: string, password: string, agreed: boolean) =>
      provideAppRole({ ownerUrl: database.ownerUrl, role, password, agreed })
    const theirs = roleName()
    await database.query(`create role ${theirs} login password 'own'`)
    await expect(provide(theirs, 'ours', true)).rejects.toThrow(`there is a role ${theirs} that Rollcall has not made`)
    await opensStill(theirs)
    const ours = roleName()
    await provide(ours, 'own', false)
    await expect(provide(ours, 'another', false)).rejects.toThrow('is that of a Rollcall of another home')
    await opensStill(ours)
    // an earlier version left no mark; one that opens is ours
    await database.query(`comment on role ${ours} is null`)
    await provide(ours, 'own', false)
    await provide(ours, 'agreed by now', true)
  })

  test('never tells a log of statements the password', async () => {
    const role = roleName()
    const sent: string[] = []
    const { query } = pg.Client.prototype
    pg.Client.prototype.query = function told(this: pg.Client, ...args: unknown[]) {
      sent.push(JSON.stringify(args[0]))
      return Reflect.apply(query, this, args)
    } as typeof query
    const password = 'a-canary-of-a-password'
    await provideAppRole({ ownerUrl: database.ownerUrl, role, password, agreed: true }).finally(() => {
      pg.Client.prototype.query = query
    })
    expect(sent.join('\n')).toContain('SCRAM-SHA-256$')
    expect(sent.join('\n')).not.toContain('a-canary-of-a-password')
  })

  test('needs an owner who may make roles', async () => {
    await expect(
      provideAppRole({ ownerUrl: database.url, role: `${roleName()}_never`, password: 'x', agreed: true }),
    ).rejects.toThrow(/permission denied/)
    made.pop()
  })

  test('gives a role that somebody else made what it needs and takes what it must not have, but nothing from an owner', async () => {
    const role = roleName()
    await database.query(`create role ${role} login password 'own'`)
    await database.query(`grant all on all tables in schema public to ${role}`)
    const url = new URL(database.ownerUrl)
    url.username = role
    url.password = 'own'
    await grantAppRole({ ownerUrl: database.ownerUrl, role })
    const own = await openStore({ url: url.href, connections: 1 })
    expect(await isAuditProtected(own.db)).toBe(true)
    expect(await own.db.auditEntry.count()).toBe(1)
    await own.close()

    const owner = new URL(database.ownerUrl).username
    await grantAppRole({ ownerUrl: database.ownerUrl, role: owner })
    await database.query(`update audit set reason = 'the owner still may'`)
  })
})
