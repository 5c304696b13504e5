import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sealAudit } from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from './run.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-cli-'))
let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: ['acme'] })
  await sealAudit(world.ctx)
})
afterAll(async () => {
  await world.drop()
  rmSync(folder, { recursive: true })
})

async function rollcall(argv: string[], env: NodeJS.ProcessEnv = { DATABASE_URL: world.database.url }) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCli(argv, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    env,
    now: () => world.clock.now,
  })
  return { code, out: out.join(''), err: err.join('') }
}

describe('the commands', () => {
  test('help and version are answers, and end well', async () => {
    expect(await rollcall(['--help'])).toMatchObject({ code: 0, err: '', out: expect.stringContaining('audit') })
    expect(await rollcall(['--version'])).toEqual({ code: 0, err: '', out: '0.1.0\n' })
    expect(await rollcall(['audit', 'verify', '--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('--anchor'),
    })
  })

  test.each([
    [[]],
    [['audit']],
    [['adit', 'verify']],
    [['audit', 'verify', '--wrong']],
    [['audit', 'verify', '--anchor', 'x']],
  ])('what is not understood ends with 2 and says so beside the answer: %j', async (argv) => {
    expect(await rollcall(argv)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/\S/) })
  })
})

describe('which database', () => {
  const running = (home: string) => {
    writeFileSync(path.join(home, 'database.json'), JSON.stringify({ url: world.database.url }), { mode: 0o600 })
    return home
  }

  test('that of DATABASE_URL, else the one that the npm start of this home has noted', async () => {
    const home = running(mkdtempSync(path.join(folder, 'home-')))
    expect(await rollcall(['audit', 'verify'], { ROLLCALL_HOME: home })).toMatchObject({ code: 0 })
    const other = { ROLLCALL_HOME: home, DATABASE_URL: 'postgres://me:hush@127.0.0.1:1/none' }
    expect(await rollcall(['audit', 'verify'], other)).toEqual({
      code: 1,
      out: '',
      err: 'Nothing answers at 127.0.0.1:1/none: is Rollcall, or its PostgreSQL, still running?\n',
    })
  })

  test('neither is a sentence that says what to do', async () => {
    const { code, err } = await rollcall(['audit', 'verify'], { ROLLCALL_HOME: folder })
    expect(code).toBe(1)
    expect(err).toContain(`Rollcall does not run in ${folder}, and DATABASE_URL is not set.`)
    expect(await rollcall(['audit', 'verify'], {})).toMatchObject({
      code: 1,
      err: expect.stringContaining('DATABASE_URL'),
    })
  })

  test('what goes wrong there is told without the password', async () => {
    const url = new URL(world.database.url)
    url.password = 'not-the-password'
    const { code, err } = await rollcall(['audit', 'verify'], { DATABASE_URL: url.href })
    expect(code).toBe(1)
    expect(err).toContain('cannot be used')
    expect(err).not.toContain('not-the-password')
  })
})

describe('audit verify', () => {
  test('says how much the chain covers, what to note, and what is too new', async () => {
    const rows = await world.store.db.auditEntry.count()
    const { code, out } = await rollcall(['audit', 'verify'])
    expect(code).toBe(0)
    expect(out).toContain(`The chain holds: ${rows} rows are as when sealed.`)
    const [anchor = ''] = /\d+:[0-9a-f]{64}/.exec(out) ?? []
    expect(await rollcall(['audit', 'verify', '--anchor', anchor])).toMatchObject({ code: 0 })

    await world.store.db.auditEntry.create({
      data: { actor: 'ana', via: 'api', action: 'x', subjectType: 'apply', subjectId: 'y' },
    })
    expect((await rollcall(['audit', 'verify'])).out).toContain('1 row is newer and not sealed yet: a worker seals')
    expect(await world.store.db.auditSeal.count()).toBe(rows)
    expect(JSON.parse((await rollcall(['audit', 'verify', '--json'])).out)).toMatchObject({ ok: true, unsealed: 1 })
  })

  test('names the first row in which one byte was changed by SQL, and ends with 1', async () => {
    const [row] = await world.store.db.auditEntry.findMany({ orderBy: { id: 'asc' }, skip: 1, take: 1 })
    await world.database.query('update audit set actor = overlay(actor placing $2 from 1 for 1) where id = $1', [
      row?.id,
      'A',
    ])
    const text = `Row ${row?.id} of the audit is not what it was when it was sealed.`
    expect(await rollcall(['audit', 'verify'])).toMatchObject({
      code: 1,
      out: expect.stringContaining(text),
      err: 'The audit does not hold.\n',
    })
    const { code, out } = await rollcall(['audit', 'verify', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ ok: false, first: { auditId: String(row?.id), fault: 'changed', text } })
  })
})
