import { readCompleteUpTo } from '@rollcall/store'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defineComponent } from '../components/define.ts'
import { type TestWorld, testWorld } from '../testing/index.ts'
import { sealAudit } from './seal.ts'
import { getAuditStanding, verifyAuditOnce } from './standing.ts'
import { verifyAudit } from './verify.ts'

let world: TestWorld
beforeEach(async () => {
  world = await testWorld({ tenants: [] })
})
afterEach(() => world.drop())

let made = 0
async function audited(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await defineComponent(world.ctx, { slug: `c-${++made}` })
}

const insert = (id: string, at = 'now()') =>
  world.database.query(
    `insert into audit (id, at, actor, via, action, subject_type, subject_id)
     values (${id}, ${at}, 'nobody', 'api', 'x', 'apply', 'y')`,
  )

/** As it was before the table itself refused it, or as its owner may do it. */
const unguarded = async (table: string, sql: string) => {
  await world.database.query(`alter table ${table} disable trigger all`)
  const checks = await world.database.query<{ name: string }>(
    `select quote_ident(conname) as name from pg_constraint where conrelid = '${table}'::regclass and contype = 'c'`,
  )
  for (const { name } of checks) await world.database.query(`alter table ${table} drop constraint ${name}`)
  await world.database.query(sql)
}

/** A number that was given to a transaction which was rolled back. */
async function gap(): Promise<string> {
  const [row] = await world.database.query<{ id: string }>(`select nextval('audit_id_seq')::text as id`)
  return row?.id ?? ''
}

describe('a row that came in between', () => {
  test('is named, and never sealed as if it had been there', async () => {
    await audited(2)
    const id = await gap()
    await audited(3)
    await sealAudit(world.ctx)
    world.clock.pass(3_600)
    await audited(1)
    await sealAudit(world.ctx)
    await insert(id)
    expect(await sealAudit(world.ctx)).toEqual({ sealed: 0 })
    expect(await verifyAudit(world.ctx)).toMatchObject({
      ok: false,
      unsealed: 0,
      first: { fault: 'inserted', auditId: id, text: expect.stringContaining(`Row ${id} of the audit came in after`) },
    })
  })

  test('is none where its transaction only ended late, however long nobody sealed', async () => {
    const id = await gap()
    await audited(2)
    await sealAudit(world.ctx)
    world.clock.pass(86_400)
    await insert(id)
    expect(await verifyAudit(world.ctx)).toMatchObject({ ok: true, unsealed: 1 })
    expect(await sealAudit(world.ctx)).toEqual({ sealed: 1 })
    world.clock.pass(86_400)
    await audited(1)
    await sealAudit(world.ctx)
    expect(await verifyAudit(world.ctx)).toMatchObject({ ok: true, unsealed: 0 })
  })

  test.each(['-7', '0', '9000000000000000000'])('is named by a number that was never given out: %s', async (id) => {
    await audited(1)
    await insert(id)
    await sealAudit(world.ctx)
    expect(await verifyAudit(world.ctx)).toMatchObject({
      ok: false,
      first: { fault: 'inserted', auditId: id, text: expect.stringContaining('never given out') },
    })
    await audited(1)
    expect(await sealAudit(world.ctx)).toEqual({ sealed: 1 })
  })
})

test('law 15: who has nothing to seal looks at the newest rows only, from its first look on', async () => {
  await audited(3)
  await sealAudit(world.ctx)
  world.clock.pass(3_600)
  await audited(2)
  await sealAudit(world.ctx)
  const [, , , , old] = await world.store.db.auditEntry.findMany({ orderBy: { id: 'desc' } })
  expect(await readCompleteUpTo(world.store.db)).toBeGreaterThanOrEqual(old?.id ?? 0n)
})

describe('a seal', () => {
  test('beside the chain exempts no row', async () => {
    await audited(2)
    await sealAudit(world.ctx)
    await audited(1)
    const [row] = await world.store.db.auditEntry.findMany({ orderBy: { id: 'desc' }, take: 1 })
    await unguarded('audit_seals', `insert into audit_seals values (-1, ${row?.id}, 'x', now())`)
    expect(await verifyAudit(world.ctx)).toMatchObject({
      ok: false,
      first: { fault: 'out_of_order', auditId: String(row?.id), seq: '-1' },
    })
  })

  test.each(['-1', '0', '9223372036854775807'])('with the number %s is refused by the table', async (seq) => {
    await sealAudit(world.ctx)
    await audited(1)
    const [row] = await world.store.db.auditEntry.findMany({ orderBy: { id: 'desc' }, take: 1 })
    const data = { auditId: row?.id ?? 0n, hash: 'x', sealedAt: world.clock.now }
    await expect(world.store.db.auditSeal.create({ data: { ...data, seq: BigInt(seq) } })).rejects.toThrow()
    const [last] = await world.store.db.auditSeal.findMany({ orderBy: { seq: 'desc' }, take: 1 })
    const next = (last?.seq ?? 0n) + 1n
    await expect(world.store.db.auditSeal.create({ data: { ...data, seq: next, auditId: 999n } })).rejects.toThrow()
    expect(await sealAudit(world.ctx)).toEqual({ sealed: 1 })
  })

  test('whose hash was changed accuses no row that was not', async () => {
    await audited(3)
    await sealAudit(world.ctx)
    await world.database.query(`update audit_seals set hash = repeat('a', 64) where seq = 2`)
    const { first } = await verifyAudit(world.ctx)
    expect(first).toMatchObject({
      fault: 'changed',
      seq: '2',
      text: expect.stringMatching(/^The seal of row \d+ is not/),
    })
  })

  test('proves when it was set', async () => {
    await audited(3)
    await sealAudit(world.ctx)
    await world.database.query(`update audit_seals set sealed_at = sealed_at - interval '1 day' where seq = 3`)
    expect(await verifyAudit(world.ctx)).toMatchObject({ ok: false, first: { fault: 'changed', seq: '3' } })
  })
})

test('rows that are gone with their seals are named, as far as numbers tell', async () => {
  await audited(5)
  await sealAudit(world.ctx)
  const ids = (await world.store.db.auditEntry.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id)
  await world.database.query('delete from audit where id = any($1)', [[ids[2]]])
  await world.database.query('delete from audit_seals where audit_id = any($1)', [[ids[2]]])
  expect(await verifyAudit(world.ctx)).toMatchObject({
    first: { fault: 'out_of_order', auditId: String(ids[2]), text: `The seal of 1 row is missing: row ${ids[2]}.` },
  })
})

test.each(['infinity', '-infinity', '294000-01-01', '1000-01-01 BC'])(
  'a row of the time %s is refused by the table, and where it is there keeps nothing from being read',
  async (at) => {
    const row = (id: string) => insert(id, `'${at}'`)
    await expect(row(await gap())).rejects.toThrow('audit_at_is_a_day')
    const id = await gap()
    await unguarded('audit', 'select 1')
    await row(id)
    await audited(1)
    expect((await sealAudit(world.ctx)).sealed).toBeGreaterThan(1)
    expect(await verifyAudit(world.ctx)).toMatchObject({ ok: true, unsealed: 0 })
    await world.database.query(`update audit set at = now() where id = $1`, [id])
    expect(await verifyAudit(world.ctx)).toMatchObject({ first: { fault: 'changed', auditId: id } })
    await world.database.query(`update audit_seals set sealed_at = sealed_at`)
    expect(await getAuditStanding(world.ctx)).toMatchObject({ unsealed: 0 })
  },
)

test('readings of the whole chain that are asked for meanwhile are one, also with anchors', async () => {
  await audited(3)
  await sealAudit(world.ctx)
  const { anchor } = await verifyAudit(world.ctx)
  const readings = vi.spyOn(world.store.db, '$queryRawUnsafe')
  const wrong = `1:${'0'.repeat(64)}`
  const asked = [{}, { anchor }, { anchor: wrong }, { anchor: `99:${'0'.repeat(64)}` }, { anchor }]
  const verdicts = await Promise.all(asked.map((input) => verifyAuditOnce(world.ctx, input)))
  expect(verdicts.map(({ ok }) => ok)).toEqual([true, true, false, false, true])
  expect(verdicts[2]?.first).toMatchObject({ fault: 'anchor', text: expect.stringContaining('written anew') })
  expect(verdicts[3]?.first).toMatchObject({ fault: 'anchor', text: expect.stringContaining('it had 99 seals') })
  const whole = readings.mock.calls.filter(([sql, limit]) => sql.includes('audit_seals s left join') && limit !== 1)
  expect(whole.length).toBeLessThanOrEqual(2)
  for (const not of [`0:${'0'.repeat(64)}`, `0${anchor}`])
    await expect(verifyAuditOnce(world.ctx, { anchor: not })).rejects.toMatchObject({ field: 'anchor' })
})
