import { type Capability, type Rights, roles } from '@rollcall/rollout'
import { markSeen, newId } from '@rollcall/store'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { approveApply } from '../applies/approve.ts'
import { stopApply } from '../applies/stop.ts'
import type { Context } from '../context.ts'
import { listAlerts } from '../promotions/alerts.ts'
import { auditRefused, flushRefusals } from '../record/refused.ts'
import { completed, failed, type TestPlace, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import { sinceYouLeft } from './since.ts'

let world: TestWorld
let place: TestPlace
beforeEach(async () => {
  world = await testWorld({ tenants: [] })
  place = await testPlace(world, ['acme', 'birch'])
  world.clock.pass(3_600)
})
afterEach(() => world.drop())

const everywhere = (...capabilities: readonly Capability[]): Rights =>
  new Map(capabilities.map((capability) => [capability, 'everywhere' as const]))
const hourAgo = () => ({ since: new Date(world.clock.now.getTime() - 3_000_000).toISOString() })
const texts = ({ items }: { items: { text: string }[] }) => items.map(({ text }) => text)

test('nothing happened', async () => {
  expect(await sinceYouLeft(world.ctx, hourAgo())).toMatchObject({
    rule: 'asked',
    person: 'ana',
    quiet: true,
    waits: { items: [], more: 0 },
    refused: [],
  })
})

test('what finished and what failed, with the sentence that their screens say', async () => {
  const good = await place.start()
  await place.driveAll(good.id, () => completed)
  const other = await testPlace(world, ['cedar', 'dogwood'])
  const bad = await other.start()
  await other.driveAll(bad.id, (slug) => (slug === 'cedar' ? failed : completed))
  const view = await sinceYouLeft(world.ctx, hourAgo())
  expect(view.quiet).toBe(false)
  expect(view.finished.items).toMatchObject([
    {
      text: expect.stringContaining('Completed: all two tenants run'),
      subject: { type: 'apply', id: good.id },
      environment: place.environment,
      by: 'ana',
    },
  ])
  expect(view.failed.items).toMatchObject([{ subject: { type: 'apply', id: bad.id }, environment: other.environment }])
  const later = { since: new Date(world.clock.now.getTime() + 1).toISOString() }
  await expect(sinceYouLeft(world.ctx, later)).rejects.toMatchObject({
    ...{ code: 'invalid', field: 'since', remedy: expect.stringContaining(world.clock.now.toISOString()) },
  })
  world.clock.pass(1)
  expect(await sinceYouLeft(world.ctx, later)).toMatchObject({ finished: { items: [] }, failed: { items: [] } })
})

test('what failed is told though many newer ones ended well, and how many there are is counted', async () => {
  const { db } = world.store
  const bad = await place.start()
  await place.driveAll(bad.id, () => failed)
  const { id: _, ...row } = await db.apply.findUniqueOrThrow({ where: { id: bad.id } })
  const endedAt = new Date(world.clock.now.getTime() - 1_000)
  await db.apply.createMany({
    data: Array.from({ length: 600 }, (_, i) => ({
      ...{ ...row, id: `apl_zz${i}`, state: 'completed', endedAt, idempotencyKey: null },
    })),
  })
  const view = await sinceYouLeft(world.ctx, hourAgo())
  expect(view.failed.items).toMatchObject([{ subject: { type: 'apply', id: bad.id } }])
  expect([view.finished.items.length, view.finished.more]).toEqual([25, 575])
})

test('an alert that counts a fleet is told to whoever may see that fleet', async () => {
  const alert = (id: string, kind: string, subjectId: string) => ({
    ...{ id, kind, severity: 'warn', subjectType: 'image_set', subjectId, text: `${kind} of ${subjectId}` },
    raisedAt: world.clock.now,
  })
  await world.store.db.alert.createMany({
    data: [alert('alr_1', 'tags.fleet', 'web'), alert('alr_2', 'tags.stale', 'web')],
  })
  const ctx: Context = { ...world.ctx, sees: new Set([world.environmentId]), rights: everywhere('read') }
  expect(texts((await sinceYouLeft(ctx, hourAgo())).failed)).toEqual(['tags.stale of web'])
  expect((await listAlerts(ctx)).items.map(({ kind }) => kind)).toEqual(['tags.stale'])
  expect(texts((await sinceYouLeft(world.ctx, hourAgo())).failed)).toHaveLength(2)
})

test('what was overruled, by whom and why, and what was refused how often', async () => {
  await place.open({ allowDowngrade: true })
  await place.answer(['acme'], { kind: 'sha', sha: world.shas[2] })
  const opened = await place.open({ allowDowngrade: true, sha: world.shas[1] })
  await stopApply(world.as('ben'), { id: opened.id, reason: 'a mistake' })
  for (let i = 0; i < 9; i++)
    auditRefused(world.as('vera'), {
      ...{ action: 'apply.release', entry: 'applies.release', missing: 'apply.release', rule: null },
      ...{ reason: 'You may not.', about: null },
    })
  await flushRefusals(world.store)
  const view = await sinceYouLeft(world.ctx, hourAgo())
  expect(view.overridden.items).toMatchObject([
    {
      text: expect.stringMatching(/^apply\.open of server .*, to go back to an older build\.$/),
      subject: { type: 'apply', id: opened.id },
      by: 'ana',
    },
  ])
  expect(view.refused).toEqual([{ actor: 'vera', action: 'apply.release', times: 9 }])
})

test('what waits is only what the one who asks may decide; of the rest, how much there is', async () => {
  const opened = await place.start({ requiresApproval: true })
  const of = (rights: Rights) => sinceYouLeft({ ...world.ctx, rights }, hourAgo())
  const approver = await of(everywhere(...roles.approver.capabilities))
  expect(approver.waits.items).toMatchObject([
    {
      text: expect.stringMatching(/You may approve 2 tenants or reject\.$/),
      subject: { type: 'apply', id: opened.id },
    },
  ])
  expect(approver.waitsForOthers).toBe(0)
  const viewer = await of(everywhere('read'))
  expect(viewer.waits.items).toEqual([])
  expect(viewer.waitsForOthers).toBe(1)
  expect(viewer.quiet).toBe(true)
  const elsewhere = await of(new Map([['apply.approve', new Set([world.environmentId])]]) as Rights)
  expect(elsewhere.waits.items).toEqual([])
  await approveApply(world.ctx, { id: opened.id, planHash: opened.planHash })
  expect((await of(everywhere(...roles.approver.capabilities))).waits.items).toEqual([])
})

test('what happens next, soonest first, with its time', async () => {
  const opened = await place.start({ canary: 'acme', soakSeconds: 900 })
  await place.drive(opened.id, 'acme', completed)
  const { next } = await sinceYouLeft(world.ctx, hourAgo())
  const soak = next.items.find(({ subject }) => subject.id === opened.id)
  expect(soak).toMatchObject({ at: new Date(world.clock.now.getTime() + 900_000).toISOString() })
  expect(next.items.map(({ at }) => at)).toEqual(next.items.map(({ at }) => at).toSorted())
})

test('of an environment that is not seen there is nothing, by no name', async () => {
  const opened = await place.start({ allowDowngrade: true })
  await place.driveAll(opened.id, () => failed)
  const ctx: Context = { ...world.ctx, sees: new Set([world.environmentId]), rights: everywhere('read') }
  const view = await sinceYouLeft(ctx, hourAgo())
  expect(JSON.stringify(view)).not.toContain(place.environment)
  expect(texts(view.failed)).toEqual([])
})

test('the time is when the last visit ended: half an hour without a request', async () => {
  const id = newId('usr')
  await world.store.db.user.create({ data: { id, name: 'ben', email: 'ben@x.test' } })
  const ctx: Context = { ...world.ctx, actor: { name: 'ben', via: 'ui', id } }
  const here = () => markSeen(world.store.db, id, world.clock.now)
  await here()
  expect(await sinceYouLeft(ctx)).toMatchObject({ rule: 'day' })
  world.clock.pass(20 * 60)
  await here()
  const left = world.clock.now.toISOString()
  world.clock.pass(8 * 3_600)
  await here()
  world.clock.pass(20 * 60)
  await here()
  expect(await sinceYouLeft(ctx)).toMatchObject({ rule: 'visit', since: left })
})
