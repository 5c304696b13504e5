import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defineComponent } from '../components/define.ts'
import { snapshot, type TestWorld, testWorld } from '../testing/index.ts'
import { sealAudit } from './seal.ts'
import { verifyAudit } from './verify.ts'

let world: TestWorld
beforeEach(async () => {
  world = await testWorld({ tenants: [] })
})
afterEach(() => world.drop())

const audited = (from: number, count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => defineComponent(world.ctx, { slug: `c-${from + i}` })))

async function sealAll(): Promise<number> {
  for (let all = 0; ; ) {
    const { sealed } = await sealAudit(world.ctx)
    if (sealed === 0) return all
    all += sealed
  }
}

test('what was audited is sealed in batches, once, and holds', async () => {
  await audited(0, 20)
  const rows = await world.store.db.auditEntry.count()
  expect((await verifyAudit(world.ctx)).unsealed).toBe(rows)
  expect(await sealAll()).toBe(rows)
  await audited(20, 5)
  expect(await sealAll()).toBe(5)
  expect(await verifyAudit(world.ctx)).toMatchObject({ ok: true, sealed: rows + 5, unsealed: 0, first: null })
})

test('law 15: where nothing was audited, nothing is written', async () => {
  await sealAll()
  const before = await snapshot(world.database)
  expect(await sealAudit(world.ctx)).toMatchObject({ sealed: 0 })
  await verifyAudit(world.ctx)
  expect(await snapshot(world.database)).toEqual(before)
})

test('any number of workers may seal at once, while people go on: one chain comes of it', async () => {
  await Promise.all([audited(0, 30), ...Array.from({ length: 6 }, () => sealAll())])
  await sealAll()
  const rows = await world.store.db.auditEntry.count()
  expect(await verifyAudit(world.ctx)).toMatchObject({ ok: true, sealed: rows, unsealed: 0 })
})

test('a row that commits after rows of larger ids is sealed all the same', async () => {
  const [{ id } = { id: 0n }] = await world.database.query<{ id: bigint }>(`select nextval('audit_id_seq') as id`)
  await audited(0, 3)
  await sealAll()
  await world.database.query(
    `insert into audit (id, actor, via, action, subject_type, subject_id) values ($1, 'late', 'api', 'x', 'apply', 'y')`,
    [id],
  )
  expect(await sealAll()).toBe(1)
  expect(await verifyAudit(world.ctx)).toMatchObject({ ok: true, unsealed: 0 })
})

const tampering: [string, string][] = [
  ['actor', `update audit set actor = actor || 'x' where id = $1`],
  ['time', `update audit set at = at + interval '1 ms' where id = $1`],
  ['reason', `update audit set reason = '' where id = $1`],
  ['outcome', `update audit set outcome = 'refused' where id = $1`],
  ['detail', `update audit set detail = '{"slug": "other"}' where id = $1`],
  ['subject', `update audit set subject_id = upper(subject_id) where id = $1`],
  ['request', `update audit set request_id = 'other' where id = $1`],
  ['before', `update audit set before = '{}' where id = $1`],
  ['after', `update audit set after = '{"name": "other"}' where id = $1`],
  ['actor id', `update audit set actor_id = 'usr_other' where id = $1`],
  ['credential', `update audit set credential = 'session' where id = $1`],
  ['environment', `update audit set environment_id = 'env_other' where id = $1`],
]

test.each(tampering)('one change of the %s by SQL: the row is named', async (_, sql) => {
  await audited(0, 8)
  await sealAll()
  const [, , third] = await world.store.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
  await world.database.query(sql, [third?.id])
  expect(await verifyAudit(world.ctx)).toMatchObject({
    ok: false,
    first: {
      fault: 'changed',
      auditId: String(third?.id),
      text: expect.stringContaining(`Row ${third?.id} of the audit`),
    },
  })
})

test('a chain that was sealed when the audit had fewer columns still holds, and goes on with the new ones', async () => {
  // as an earlier version wrote and sealed it: twelve columns, nothing after them
  await world.database.query('update audit set actor_id = null, credential = null, environment_id = null')
  const rows = await world.store.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
  const texts = await world.database.query<{ text: (string | null)[] }>(
    `select array[(extract(epoch from at) * 1000)::bigint::text, actor, via, action, subject_type, subject_id, reason,
      outcome, before::text, after::text, detail::text, request_id] as text from audit order by id`,
  )
  let hash = '0'.repeat(64)
  for (const [i, { id }] of rows.entries()) {
    const covered = JSON.stringify([String(id), ...(texts[i]?.text ?? [])])
    hash = createHash('sha256').update(`${hash}\n${covered}`).digest('hex')
    await world.store.db.auditSeal.create({ data: { seq: i + 1, auditId: id, hash, sealedAt: world.clock.now } })
  }
  const known = { ...world.ctx, actor: { name: 'ana', via: 'ui' as const, id: 'usr_1', credential: 'session' } }
  await defineComponent(known, { slug: 'later' })
  expect(await sealAll()).toBe(1)
  expect(await verifyAudit(world.ctx)).toMatchObject({ ok: true, sealed: rows.length + 1 })
})

test('which of the later columns says something takes part, not only what', async () => {
  const known = { ...world.ctx, actor: { name: 'ana', via: 'ui' as const, id: 'usr_1' } }
  await defineComponent(known, { slug: 'c' })
  await sealAll()
  await world.database.query(`update audit set credential = actor_id, actor_id = null where actor_id is not null`)
  expect(await verifyAudit(world.ctx)).toMatchObject({ ok: false, first: { fault: 'changed' } })
})

test('the first of several is named, whichever they are', async () => {
  await audited(0, 10)
  await sealAll()
  const rows = await world.store.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(rows.length - 1), { minLength: 1, maxLength: 4 }), async (picked) => {
      const ids = picked.map((i) => rows[i]?.id as bigint)
      await world.database.query(`update audit set actor = actor || '!' where id = any($1)`, [ids])
      const { first } = await verifyAudit(world.ctx)
      await world.database.query(`update audit set actor = left(actor, -1) where id = any($1)`, [ids])
      const seals = await world.store.db.auditSeal.findMany({
        where: { auditId: { in: ids } },
        orderBy: { seq: 'asc' },
      })
      expect(first?.auditId).toBe(String(seals[0]?.auditId))
    }),
    { numRuns: 25 },
  )
  expect((await verifyAudit(world.ctx)).ok).toBe(true)
})

test('a deleted row and a deleted seal are found', async () => {
  await audited(0, 6)
  await sealAll()
  const [first, second] = await world.store.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
  await world.database.query('delete from audit where id = $1', [second?.id])
  expect(await verifyAudit(world.ctx)).toMatchObject({ first: { fault: 'deleted', auditId: String(second?.id) } })
  await world.database.query('delete from audit_seals where audit_id = $1', [first?.id])
  expect(await verifyAudit(world.ctx)).toMatchObject({ first: { fault: 'out_of_order', seq: '2' } })
})

test('an anchor shows a chain that was cut off or written anew', async () => {
  await audited(0, 6)
  await sealAll()
  const { anchor, sealed } = await verifyAudit(world.ctx)
  expect((await verifyAudit(world.ctx, { anchor })).ok).toBe(true)
  await audited(6, 2)
  await sealAll()
  expect((await verifyAudit(world.ctx, { anchor })).ok).toBe(true)

  await world.database.query('delete from audit_seals where seq >= $1', [sealed - 2])
  await world.database.query('delete from audit where id > (select max(audit_id) from audit_seals)')
  expect((await verifyAudit(world.ctx)).ok).toBe(true)
  expect(await verifyAudit(world.ctx, { anchor })).toMatchObject({ ok: false, first: { fault: 'anchor' } })

  await world.database.query('truncate audit_seals')
  await world.database.query(`update audit set actor = 'somebody else'`)
  await audited(8, 6)
  await sealAll()
  expect((await verifyAudit(world.ctx)).ok).toBe(true)
  expect(await verifyAudit(world.ctx, { anchor })).toMatchObject({ ok: false, first: { fault: 'anchor' } })
  await expect(verifyAudit(world.ctx, { anchor: 'x' })).rejects.toMatchObject({ code: 'invalid', field: 'anchor' })
})
