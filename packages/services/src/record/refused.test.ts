import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Context } from '../context.ts'
import { type TestWorld, testWorld } from '../testing/index.ts'
import { auditRefused, flushRefusals, type RefusedAttempt } from './refused.ts'

let world: TestWorld
beforeEach(async () => {
  world = await testWorld({ tenants: [] })
})
afterEach(() => world.drop())

const attempt = (more: Partial<RefusedAttempt> = {}): RefusedAttempt => ({
  action: 'apply.release',
  entry: 'POST /applies/:id/release',
  missing: 'apply.release',
  rule: null,
  reason: 'You may not release applies.',
  about: null,
  ...more,
})

async function refused() {
  await flushRefusals(world.store)
  return world.store.db.auditEntry.findMany({ where: { outcome: 'refused' }, orderBy: { id: 'asc' } })
}

test('a refused attempt is a row: who, by what, what was missing and why', async () => {
  const ctx: Context = {
    ...world.ctx,
    actor: { name: 'vera', via: 'api', id: 'tok_1', credential: 'token rc_1a2b3c', requestId: 'r-1' },
  }
  auditRefused(ctx, attempt({ about: { kind: 'environment', name: 'production' } }))
  expect(await refused()).toMatchObject([
    {
      actor: 'vera',
      actorId: 'tok_1',
      credential: 'token rc_1a2b3c',
      via: 'api',
      requestId: 'r-1',
      action: 'apply.release',
      subjectType: 'environment',
      subjectId: world.environmentId,
      environmentId: world.environmentId,
      reason: 'You may not release applies.',
      detail: { entry: 'POST /applies/:id/release', missing: 'apply.release' },
    },
  ])
})

test('what is named and is not there is told by the entry alone, whatever bytes it was', async () => {
  auditRefused(world.ctx, attempt({ about: { kind: 'apply', name: `apl_\0${'x'.repeat(500)}` }, reason: 'no\0\ud800' }))
  expect(await refused()).toMatchObject([
    { subjectType: 'entry', subjectId: 'POST /applies/:id/release', environmentId: null, reason: 'no\ufffd' },
  ])
})

test('a loop fills no disk: the same refusal of the same actor is written five times, then counted', async () => {
  for (let i = 0; i < 500; i++) auditRefused(world.ctx, attempt({ reason: `no ${i}` }))
  for (let i = 0; i < 3; i++) auditRefused(world.as('ben'), attempt())
  const rows = await refused()
  expect(rows.filter(({ actor }) => actor === 'ben')).toHaveLength(3)
  const mine = rows.filter(({ actor }) => actor === 'ana')
  expect(mine).toHaveLength(6)
  expect(mine.at(-1)).toMatchObject({ reason: 'no 499', detail: { times: 495 } })
})

test('what a refusal was about is told, also where the same was refused about others before', async () => {
  const about = (name: string) => ({ about: { kind: 'environment', name } }) as const
  for (let i = 0; i < 5; i++) auditRefused(world.ctx, attempt())
  auditRefused(world.ctx, attempt(about('production')))
  for (let i = 0; i < 5; i++) auditRefused(world.ctx, attempt())
  const rows = await refused()
  expect(rows.filter(({ environmentId }) => environmentId === world.environmentId)).toHaveLength(1)
  for (let i = 0; i < 500; i++) auditRefused(world.ctx, attempt(about(`made-up-${i}`)))
  expect((await refused()).length - rows.length).toBeLessThan(30)
})

test('what was queued while the last one was being written waits for nobody', async () => {
  for (let i = 0; i < 3; i++) {
    auditRefused(world.ctx, attempt({ entry: `e${i}` }))
    await vi.waitFor(
      async () => expect(await world.store.db.auditEntry.count({ where: { outcome: 'refused' } })).toBe(i + 1),
      {
        timeout: 5_000,
        interval: 1,
      },
    )
  }
})

test.each(['person', 'token', 'trust', 'secret', 'promotion'] as const)('of a %s its name is kept', async (kind) => {
  const at = world.clock.now
  await world.store.db.user.create({ data: { id: 'usr_x', name: 'x', email: 'x@x.test' } })
  await world.store.db.secret.create({ data: { name: 'X_TOKEN', createdAt: at } })
  const name = { person: 'usr_x', secret: 'X_TOKEN', token: 'tok_none', trust: 'trs_none', promotion: 'prm_none' }[kind]
  auditRefused(world.ctx, attempt({ about: { kind, name } }))
  const isThere = kind === 'person' || kind === 'secret'
  expect(await refused()).toMatchObject([isThere ? { subjectType: kind, subjectId: name } : { subjectType: 'entry' }])
})

test('a database that is away breaks nothing', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  const broken = { ...world.ctx, store: { db: null } as unknown as Context['store'] }
  auditRefused(broken, attempt())
  await flushRefusals(broken.store)
  expect(said).toHaveBeenCalledOnce()
})
