import pg from 'pg'
import { onlyAdded } from './only-added.ts'
import { scramVerifier } from './scram.ts'

/** Any number will do as long as every Rollcall uses the same one. */
const grantLock = 7_265_012

interface AppRole {
  /** connects as the owner of the tables */
  ownerUrl: string
  /** the role that the processes connect as */
  role: string
}

/** By this comment a role is known as one that Rollcall has made, and whose password it may change. */
const mark = 'made by Rollcall for its processes'

interface NewAppRole extends AppRole {
  password: string
  /** whoever else starts a Rollcall here would bring the same password; where not, one that does not open is left alone */
  agreed: boolean
}

/**
 * Makes sure that a role without ownership exists, may do what the processes do, and opens with this password. Answers
 * the URL that connects as it. Run it after every migration. It may read, add, change and delete rows of every table but
 * those that are only ever added to; it may define nothing, so it cannot give itself more. A role that already opens with
 * the password keeps it: of several Rollcalls on one database none locks the others out.
 * Throws with PostgreSQL's own words when the owner may not make roles, or nobody can connect as the new one; and where
 * there is such a role that does not open and is not ours to change: somebody else's, or one that another home made.
 */
export async function provideAppRole({ ownerUrl, role, password, agreed }: NewAppRole): Promise<string> {
  const url = new URL(ownerUrl)
  url.username = encodeURIComponent(role)
  url.password = encodeURIComponent(password)
  if (!url.username) throw new Error('the address of the database names no host, so it can name no role')
  const name = pg.escapeIdentifier(role)
  const secret = pg.escapeLiteral(scramVerifier(password))
  await asOwner(ownerUrl, async (owner) => {
    const made = await markOf(owner, role)
    if (made === undefined) await unlessMade(makeRole(owner, name, secret))
    if (!(await opens(url.href))) {
      // one that was made a moment ago by a Rollcall on another database of this server is looked at again
      if ((await markOf(owner, role)) !== mark) throw new Error(`there is a role ${role} that Rollcall has not made`)
      if (made !== undefined && !agreed) throw new Error(`the role ${role} is that of a Rollcall of another home`)
      await owner.query(`alter role ${name} login password ${secret}`)
    } else if (made === null) {
      // from before there was a mark; whose it is not to mark, goes on without one
      await owner.query(`comment on role ${name} is ${pg.escapeLiteral(mark)}`).catch(() => {})
    }
    await grant(owner, role)
  })
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.end()
  return url.href
}

/** The comment on a role; null: it has none; undefined: there is no such role. */
async function markOf(owner: pg.Client, role: string): Promise<string | null | undefined> {
  const { rows } = await owner.query<{ mark: string | null }>(
    `select shobj_description(oid, 'pg_authid') as mark from pg_roles where rolname = $1`,
    [role],
  )
  return rows[0]?.mark
}

/** With its mark in one breath: one without would be taken for somebody else's. */
async function makeRole(owner: pg.Client, name: string, secret: string): Promise<void> {
  await owner.query('begin')
  try {
    await owner.query(`create role ${name} login password ${secret}`)
    await owner.query(`comment on role ${name} is ${pg.escapeLiteral(mark)}`)
    await owner.query('commit')
  } catch (error) {
    await owner.query('rollback')
    throw error
  }
}

/**
 * The same for a role that somebody else has made: it is only given what it needs, and loses what it must not have.
 * Nothing happens when it is the owner itself, or may act as the owner: from such a one nothing can be taken.
 */
export async function grantAppRole({ ownerUrl, role }: AppRole): Promise<void> {
  await asOwner(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ owns: boolean }>(
      `select pg_has_role($1, relowner, 'member') as owns from pg_class where oid = 'public.audit'::regclass`,
      [role],
    )
    if (!rows[0]?.owns) await grant(owner, role)
  })
}

async function asOwner(url: string, work: (owner: pg.Client) => Promise<void>): Promise<void> {
  const owner = new pg.Client({ connectionString: url })
  owner.on('error', () => {})
  await owner.connect()
  try {
    // two who give at once would collide in PostgreSQL's catalogue; ends with the connection
    await owner.query('select pg_advisory_lock($1)', [grantLock])
    await work(owner)
  } finally {
    await owner.end()
  }
}

/** Roles belong to the whole server: a Rollcall on another database of it may have been faster. */
async function unlessMade(making: Promise<unknown>): Promise<void> {
  await making.catch((error: { code?: string }) => {
    if (!['42710', '23505'].includes(error.code ?? '')) throw error
  })
}

async function opens(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/** The job queue's tables are in a schema of its own: at run time it changes rows there and defines nothing. */
const schemas = ['public', 'pgboss'] as const
const rows = 'select, insert, update, delete'

/** All in one transaction: the processes that run meanwhile never see it half done. */
async function grant(owner: pg.Client, role: string): Promise<void> {
  const to = pg.escapeIdentifier(role)
  const database = pg.escapeIdentifier(owner.database ?? '')
  const statements = [`grant connect on database ${database} to ${to}`]
  for (const schema of schemas) {
    const { tables, sequences } = await ownedIn(owner, schema)
    statements.push(
      `grant usage on schema ${schema} to ${to}`,
      ...tables.map((table) => `grant ${rows} on ${table} to ${to}`),
      ...sequences.map((sequence) => `grant usage, select on sequence ${sequence} to ${to}`),
      // for what a later version adds, until its own grants have run
      `alter default privileges in schema ${schema} grant ${rows} on tables to ${to}`,
      `alter default privileges in schema ${schema} grant usage, select on sequences to ${to}`,
    )
  }
  for (const { table, numbered } of onlyAdded) {
    const columns = await columnsBut(owner, table, numbered)
    statements.push(
      `revoke all on public.${table} from ${to}`,
      `grant select, insert (${columns}) on public.${table} to ${to}`,
    )
  }
  statements.push(
    // which migrations have run is the owner's to say
    `revoke insert, update, delete on public._prisma_migrations from ${to}`,
  )
  await owner.query('begin')
  try {
    for (const statement of statements) await owner.query(statement)
    await owner.query('commit')
  } catch (error) {
    await owner.query('rollback').catch(() => {})
    throw error
  }
}

async function columnsBut(owner: pg.Client, table: string, but: string | null): Promise<string> {
  const { rows } = await owner.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
     where attrelid = format('public.%I', $1::text)::regclass and attnum > 0 and not attisdropped
       and attname is distinct from $2`,
    [table, but],
  )
  return rows[0]?.columns ?? ''
}

/** What is the owner's to give: in a schema that others use as well, not everything is. */
async function ownedIn(owner: pg.Client, schema: string): Promise<{ tables: string[]; sequences: string[] }> {
  const { rows } = await owner.query<{ kind: string; name: string }>(
    `select relkind::text as kind, format('%I.%I', nspname, relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where nspname = $1 and relkind in ('r', 'p', 'v', 'S') and pg_has_role(current_user, relowner, 'usage')
     order by relname`,
    [schema],
  )
  const names = (isWanted: (kind: string) => boolean) =>
    rows.filter(({ kind }) => isWanted(kind)).map(({ name }) => name)
  return { tables: names((kind) => kind !== 'S'), sequences: names((kind) => kind === 'S') }
}
