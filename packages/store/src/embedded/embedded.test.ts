import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './index.ts'

const asRoot = process.getuid?.() === 0
/** Another user can only start what it can read: not so in a checkout below a home that is closed to others. */
const checkoutIsOpen = ancestors(import.meta.dirname).every((folder) => (statSync(folder).mode & 0o001) !== 0)
const folders: string[] = []
const running = new Set<EmbeddedPostgres>()

function ancestors(folder: string): string[] {
  const parent = path.dirname(folder)
  return parent === folder ? [folder] : [folder, ...ancestors(parent)]
}

function temporaryFolder(mode = 0o755): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-embedded-'))
  chmodSync(folder, mode)
  folders.push(folder)
  return folder
}

async function start(home: string, options: { graceSeconds?: number } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ home, ...options })
  running.add(server)
  server.exited.then(() => running.delete(server))
  return server
}

async function query<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows as Row[]
  } finally {
    await client.end()
  }
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`)
    await delay(20)
  }
}

function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') === false
  } catch {
    return false
  }
}

/** Starts PostgreSQL in a process of its own and answers once it is ready. */
async function startInChild(
  home: string,
  options: { uid?: number; graceSeconds?: number } = {},
): Promise<{ launcher: ChildProcess; pid: number; url: string }> {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))})
    const { url, pid } = await startEmbeddedPostgres(${JSON.stringify({ home, graceSeconds: options.graceSeconds })})
    console.log(JSON.stringify({ url, pid }))
    setInterval(() => {}, 1000)`
  const { uid } = options
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], {
    ...(uid === undefined ? {} : { uid, gid: uid }),
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  launcher.stdout?.on('data', (chunk) => (said += chunk))
  launcher.stderr?.on('data', (chunk) => (said += chunk))
  await until(`a PostgreSQL in a child process:\n${said}`, () => said.includes('\n') || launcher.exitCode !== null)
  if (!said.startsWith('{')) throw new Error(said)
  return { launcher, ...JSON.parse(said) }
}

afterAll(async () => {
  for (const server of running) await server.stop()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('the embedded PostgreSQL', () => {
  let home: string
  beforeAll(() => {
    home = temporaryFolder()
  })

  test('makes a cluster on the first start and finds its data and its port on the second', async () => {
    const first = await start(home)
    expect(first.earlierLife).toBe('none')
    expect(first.port).toBeLessThan(32_768)
    await query(first.url, 'create table kept (n int); insert into kept values (7)')
    await first.stop()
    expect(isAlive(first.pid)).toBe(false)

    const second = await start(home)
    expect(second.earlierLife).toBe('none')
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
    await second.stop()
  })

  test('is durable, speaks UTF-8, keeps its password to its owner and has no unix socket', async () => {
    const server = await start(home)
    const [row] = await query<Record<string, string>>(
      server.url,
      `select current_setting('fsync') as fsync, current_setting('server_encoding') as encoding,
              current_setting('unix_socket_directories') as sockets, current_setting('listen_addresses') as listens`,
    )
    expect(row).toEqual({ fsync: 'on', encoding: 'UTF8', sockets: '', listens: '127.0.0.1' })
    expect(statSync(path.join(home, 'postgres/password')).mode & 0o777).toBe(0o600)
    const wrong = server.url.replace(/:[^:@]+@/, ':wrong@')
    await expect(query(wrong, 'select 1')).rejects.toThrow(/password/)
    await server.stop()
  })

  test('moves to the next port when another process has taken its own, and says so', async () => {
    const taken = Number(readFileSync(path.join(home, 'postgres/port'), 'utf8'))
    const occupant: Server = await new Promise((resolve) => {
      const server = createServer().listen(taken, '127.0.0.1', () => resolve(server))
    })
    const said: string[] = []
    const server = await startEmbeddedPostgres({ home, log: (line) => said.push(line) })
    expect(server.port).toBeGreaterThan(taken)
    expect(said.join()).toContain(`port ${taken} is taken`)
    await server.stop()
    occupant.close()
  })

  test('recovers what was committed before its postmaster was killed', async () => {
    const killed = await start(home)
    await query(killed.url, 'insert into kept values (8)')
    process.kill(killed.pid, 'SIGKILL')
    await killed.exited
    const next = await start(home)
    expect(next.earlierLife).toBe('crashed')
    expect(await query(next.url, 'select n from kept order by n')).toEqual([{ n: 7 }, { n: 8 }])
    await next.stop()
  })

  test('is not deceived by a stale pid that now belongs to another process of the same user', async () => {
    const other = spawn('sleep', ['60'], { ...(asRoot ? { uid: 65_534, gid: 65_534 } : {}), stdio: 'ignore' })
    const stale = [other.pid, path.join(home, 'postgres/data'), 1, 5433, '', '127.0.0.1', '  1234  5678', 'ready', '']
    writeFileSync(path.join(home, 'postgres/data/postmaster.pid'), stale.join('\n'))
    const server = await start(home)
    expect(server.earlierLife).toBe('crashed')
    await server.stop()
    other.kill('SIGKILL')
  })

  test('takes the folder over from a server whose launcher was killed', async () => {
    const { launcher, pid, url } = await startInChild(home)
    await query(url, 'insert into kept values (9)')
    launcher.kill('SIGKILL')
    const next = await start(home)
    expect(next.earlierLife).toBe('running')
    expect(isAlive(pid)).toBe(false)
    expect(await query(next.url, 'select max(n) as n from kept')).toEqual([{ n: 9 }])
    await next.stop()
  })

  test.runIf(process.platform === 'linux')('ends by itself when its launcher has been killed', async () => {
    const { launcher, pid } = await startInChild(home, { graceSeconds: 0 })
    launcher.kill('SIGKILL')
    await until('the server ends', () => !isAlive(pid))
    expect(existsSync(path.join(home, 'postgres/data/postmaster.pid'))).toBe(false)
  })

  test.runIf(asRoot)('refuses a home that the other uid cannot enter, naming the closed folder', async () => {
    const closed = temporaryFolder(0o700)
    await expect(startEmbeddedPostgres({ home: path.join(closed, 'home') })).rejects.toThrow(
      new RegExp(`cannot enter ${closed}[.]\n.*ROLLCALL_HOME`),
    )
  })

  test.runIf(asRoot && checkoutIsOpen)(
    'runs for a user who is not root, in a folder that only this user can enter',
    async () => {
      const closed = temporaryFolder(0o700)
      chownSync(closed, 12_345, 12_345)
      const { launcher, url } = await startInChild(path.join(closed, 'home'), { uid: 12_345, graceSeconds: 0 })
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
      launcher.kill('SIGKILL')
    },
  )

  test('refuses data of another major version and says what helps', async () => {
    const foreign = temporaryFolder()
    cpSync(path.join(home, 'postgres/password'), path.join(foreign, 'postgres/password'))
    cpSync(path.join(home, 'postgres/data/PG_VERSION'), path.join(foreign, 'postgres/data/PG_VERSION'))
    writeFileSync(path.join(foreign, 'postgres/data/PG_VERSION'), '12\n')
    await expect(startEmbeddedPostgres({ home: foreign })).rejects.toThrow(/written by PostgreSQL 12[\s\S]*--fresh/)
  })
})
