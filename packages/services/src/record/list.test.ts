import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { defineEnvironment } from '../environments/define.ts'
import { type TestWorld, testWorld } from '../testing/index.ts'
import { exportAudit } from './export.ts'
import { getAuditFacets } from './facets.ts'
import { listAudit } from './list.ts'
import { sealAudit } from './seal.ts'
import { getAuditStanding, verifyAuditOnce } from './standing.ts'

let world: TestWorld
let other: string
beforeEach(async () => {
  world = await testWorld({ tenants: [] })
  await defineEnvironment(world.as('otto'), {
    slug: 'secret-lab',
    controlPlaneUrl: 'http://127.0.0.1:9/lab',
    controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_LAB',
    tenantUrlTemplate: 'http://127.0.0.1:9/lab/{slug}',
  })
  other = (await world.store.db.environment.findUniqueOrThrow({ where: { slug: 'secret-lab' } })).id
})
afterEach(() => world.drop())

interface Given {
  actor?: string
  action?: string
  via?: string
  subjectType?: string
  subjectId?: string
  reason?: string | null
  outcome?: string
  environmentId?: string | null
  at?: Date
  detail?: object
}

async function add(...rows: Given[]): Promise<void> {
  for (const row of rows) {
    await world.store.db.auditEntry.create({
      data: {
        ...{ actor: 'ana', via: 'api', action: 'apply.stop', subjectType: 'apply', subjectId: 'apl_1' },
        ...{ at: world.clock.now },
        ...row,
      },
    })
  }
}

const seeing = (...ids: string[]): Context => ({ ...world.ctx, sees: new Set(ids) })
const ids = async (filter: object, ctx = world.ctx) => (await listAudit(ctx, filter)).items.map(({ id }) => id)

describe('the list', () => {
  test('tells who did what, where and why, and what it was before and is after', async () => {
    await defineEnvironment(world.as('otto'), {
      slug: 'secret-lab',
      controlPlaneUrl: 'http://127.0.0.1:9/moved',
      controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_LAB',
      tenantUrlTemplate: 'http://127.0.0.1:9/lab/{slug}',
    })
    await sealAudit(world.ctx)
    const { items } = await listAudit(world.ctx, { limit: 1 })
    expect(items).toMatchObject([
      {
        actor: { name: 'otto', via: 'api' },
        action: 'environment.define',
        outcome: 'done',
        subject: { type: 'environment', id: other, name: 'secret-lab' },
        environment: 'secret-lab',
        before: { controlPlaneUrl: 'http://127.0.0.1:9/lab' },
        after: { controlPlaneUrl: 'http://127.0.0.1:9/moved' },
        seal: { at: world.clock.now.toISOString() },
        withheld: false,
      },
    ])
  })

  test('is read by page, newest first, each row once, whatever has the same time', async () => {
    await add(...Array.from({ length: 12 }, (_, i) => ({ subjectId: `s${i}` })))
    world.clock.pass(60)
    await add({ subjectId: 'newest' })
    const all = await ids({ limit: 200 })
    const paged: string[] = []
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await listAudit(world.ctx, { limit: 3, ...(cursor ? { cursor } : {}) })
      paged.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
      more = page.nextCursor !== null
    }
    expect(paged).toEqual(all)
    expect(new Set(all).size).toBe(await world.store.db.auditEntry.count())
    await expect(listAudit(world.ctx, { cursor: 'x' })).rejects.toMatchObject({ code: 'invalid', field: 'cursor' })
  })

  test('is filtered by each of its fields', async () => {
    const before = new Set(await ids({ limit: 200 }))
    const at = new Date(world.clock.now.getTime() + 3_600_000)
    await add(
      { actor: 'ben', action: 'promotion.open', subjectType: 'promotion', subjectId: 'prm_1', via: 'ui' },
      { actor: 'ben', outcome: 'refused', reason: 'It is 100% Frozen_now', environmentId: world.environmentId },
      { actor: 'cy', at, reason: '100x frozen now' },
    )
    const found = async (filter: object) =>
      (await listAudit(world.ctx, { limit: 200, ...filter })).items.filter(({ id }) => !before.has(id)).length
    expect(await found({})).toBe(3)
    expect(await found({ actor: 'ben' })).toBe(2)
    expect(await found({ actor: 'be' })).toBe(0)
    expect(await found({ action: 'promotion.open' })).toBe(1)
    expect(await found({ action: 'promotion.' })).toBe(1)
    expect(await found({ action: 'promotion' })).toBe(0)
    expect(await found({ subjectType: 'promotion', subjectId: 'prm_1' })).toBe(1)
    expect(await found({ environment: 'production' })).toBe(1)
    expect(await found({ environment: 'nowhere' })).toBe(0)
    expect(await found({ outcome: 'refused' })).toBe(1)
    expect(await found({ via: 'ui' })).toBe(1)
    expect(await found({ since: at.toISOString() })).toBe(1)
    expect(await found({ until: at.toISOString() })).toBe(2)
    expect(await found({ text: 'frozen' })).toBe(2)
    expect(await found({ text: '100% f' })).toBe(1)
    expect(await found({ text: 'frozen_' })).toBe(1)
  })

  test('hides what happened in an environment that is not seen, and what else names one', async () => {
    await add(
      { subjectId: 'a', environmentId: other },
      { subjectId: 'b', environmentId: world.environmentId },
      { subjectId: 'c', detail: { roles: [{ role: 'viewer', environment: 'secret-lab' }] }, reason: 'because' },
      { subjectId: 'd', detail: { roles: [{ role: 'viewer', environment: 'production' }] } },
    )
    const { items } = await listAudit(seeing(world.environmentId), { subjectType: 'apply' })
    expect(JSON.stringify(items)).not.toMatch(/secret-lab|env_/)
    expect(items.map(({ subject, withheld }) => [subject.id, withheld])).toEqual([
      ['d', false],
      ['', true],
      ['b', false],
    ])
    expect(items[1]).toMatchObject({ detail: null, reason: null })
    expect(await ids({ environment: 'secret-lab' }, seeing(world.environmentId))).toEqual([])
    expect((await getAuditFacets(seeing(world.environmentId))).environments).toEqual(['production'])
    const pieces: string[] = []
    for await (const piece of (await exportAudit(seeing(world.environmentId))).pieces) pieces.push(piece)
    expect(pieces.join('')).not.toContain('secret-lab')
  })

  test('shows what happened in an environment whose name begins or ends with that of a hidden one', async () => {
    await defineEnvironment(world.as('otto'), {
      slug: 'product',
      controlPlaneUrl: 'http://127.0.0.1:9/product',
      controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_LAB',
      tenantUrlTemplate: 'http://127.0.0.1:9/product/{slug}',
    })
    await world.store.db.environment.update({ where: { id: other }, data: { slug: 'duct' } })
    await world.store.db.environment.update({ where: { id: world.environmentId }, data: { slug: 'eu-product' } })
    await add(
      { subjectId: 'mine', environmentId: world.environmentId, reason: 'seen in eu-product' },
      { subjectId: 'theirs', environmentId: world.environmentId, reason: 'as in (product), before' },
      { subjectId: 'theirs', detail: { text: 'on the next line:\nduct' } },
      { subjectId: 'theirs', reason: 'C:\\duct' },
    )
    const { items } = await listAudit(seeing(world.environmentId), { subjectType: 'apply' })
    expect(items.map(({ reason, withheld }) => [reason, withheld])).toEqual([
      [null, true],
      [null, true],
      [null, true],
      ['seen in eu-product', false],
    ])
    const pieces: string[] = []
    const csv = await exportAudit(seeing(world.environmentId), { subjectType: 'apply', format: 'csv' })
    for await (const piece of csv.pieces) pieces.push(piece)
    const lines = pieces.join('').trimEnd().split('\r\n')
    expect(lines.map((line) => line.split(',').at(-1))).toEqual(['withheld', '', 'yes', 'yes', 'yes'])
  })

  test('there is a list of what to filter by', async () => {
    await add({ actor: 'zoe', action: 'zzz.last' })
    expect(await getAuditFacets(world.ctx)).toMatchObject({
      actors: ['ana', 'otto', 'zoe'],
      actions: expect.arrayContaining(['build.publish', 'component.define', 'environment.define', 'zzz.last']),
      environments: ['production', 'secret-lab'],
    })
  })
})

describe('an export', () => {
  const text = async (input: object) => {
    const { pieces, ...file } = await exportAudit(world.ctx, input)
    const read: string[] = []
    for await (const piece of pieces) read.push(piece)
    return { ...file, text: read.join('') }
  }

  test('as JSON lines has every row, oldest first', async () => {
    await add(...Array.from({ length: 2_100 }, (_, i) => ({ subjectId: `s${i}`, action: 'many' })))
    const { type, fileName, text: lines } = await text({ action: 'many' })
    expect([type, fileName]).toEqual(['application/jsonl; charset=utf-8', 'rollcall-audit-2026-03-01.jsonl'])
    const rows = lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.map((row) => row.subject.id)).toEqual(Array.from({ length: 2_100 }, (_, i) => `s${i}`))
    expect((await text({ action: 'none' })).text).toBe('')
  })

  test.each([
    ['=1+2', `'=1+2`],
    ['+1', `'+1`],
    ['-1', `'-1`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\tx', `"'\tx"`],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['＝1', `'＝1`],
    ['a "b", c', `"a ""b"", c"`],
    ['two\r\nlines', `"two\r\nlines"`],
    [' =1', `' =1`],
    [' x', `" x"`],
    ['grün', 'grün'],
  ])('as CSV is for spreadsheets, and no cell is a formula: %j', async (reason, cell) => {
    await add({ action: 'csv', reason })
    const { type, text: csv } = await text({ action: 'csv', format: 'csv' })
    expect(type).toBe('text/csv; charset=utf-8')
    expect(csv.startsWith('\ufeffid,at,actor,')).toBe(true)
    expect(csv.endsWith('\r\n')).toBe(true)
    expect(csv).toContain(`,apl_1,,,${cell},,,,,,`)
  })
})

describe('the standing', () => {
  test('says what is sealed and what is not, and that the processes can only add', async () => {
    const rows = await world.store.db.auditEntry.count()
    expect(await getAuditStanding(world.ctx)).toEqual({
      ...{ sealed: 0, unsealed: rows, lastSealedAt: null, isProtected: true, remedy: null, verified: null },
    })
    await sealAudit(world.ctx)
    await add({})
    expect(await getAuditStanding(world.ctx)).toMatchObject({
      ...{ sealed: rows, unsealed: 1, lastSealedAt: world.clock.now.toISOString(), verified: null },
    })
    const [one, two] = await Promise.all([verifyAuditOnce(world.ctx), verifyAuditOnce(world.ctx)])
    expect(one).toBe(two)
    expect(await getAuditStanding(world.ctx)).toMatchObject({
      verified: { at: world.clock.now.toISOString(), ok: true, sealed: rows, text: null },
    })
    await world.database.query('delete from audit where id = (select min(id) from audit)')
    await verifyAuditOnce(world.ctx)
    expect(await getAuditStanding(world.ctx)).toMatchObject({
      verified: { ok: false, text: expect.stringContaining('was deleted') },
    })
  })

  test('warns when the processes could change the audit, and says what helps', async () => {
    const store = await world.database.open({ asOwner: true })
    expect(await getAuditStanding({ ...world.ctx, store })).toMatchObject({
      isProtected: false,
      remedy: expect.stringContaining('ROLLCALL_MIGRATE_URL'),
    })
  })
})
