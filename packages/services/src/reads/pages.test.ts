import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishBuild } from '../builds/publish.ts'
import { completed, failed, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import type { Page } from '../views.ts'
import { getApply, listApplies } from './applies.ts'
import { listBuilds } from './builds.ts'
import { getOperation, listOperations } from './operations.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

/** Reads all pages; between two of them `meanwhile` happens. */
async function all<T>(read: (cursor?: string) => Promise<Page<T>>, meanwhile = async () => {}): Promise<T[]> {
  const items: T[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await read(cursor)
    items.push(...page.items)
    cursor = page.nextCursor
    if (cursor) await meanwhile()
  }
  return items
}

const open = async (n: number) => {
  const ids: string[] = []
  for (let i = 0; i < n; i++) {
    world.clock.pass(1)
    const place = await testPlace(world, ['acme'])
    ids.push((await place.open()).id)
  }
  return ids
}

test('applies come newest first, page by page, without gaps or repetitions while others are opened', async () => {
  const ids = await open(7)
  const read = (cursor?: string) => listApplies(world.ctx, { limit: 2, ...(cursor ? { cursor } : {}) })
  const seen = await all(read, async () => void (await open(1)))
  expect(seen.map(({ id }) => id)).toEqual(ids.toReversed())
  expect((await listApplies(world.ctx)).items).toHaveLength(10)
})

test('applies are found by state, environment and component; a filter that matches nothing gives an empty page', async () => {
  const place = await testPlace(world, ['acme'])
  const done = await place.start()
  await place.driveAll(done.id, () => completed)
  world.clock.pass(1)
  const waiting = await place.open({ requiresApproval: true })
  const found = async (filter: Record<string, unknown>) =>
    (await listApplies(world.ctx, { environment: place.environment, ...filter })).items.map(({ id }) => id)
  expect(await found({})).toEqual([waiting.id, done.id])
  expect(await found({ state: 'completed' })).toEqual([done.id])
  expect(await found({ state: ['completed', 'awaiting_approval'] })).toEqual([waiting.id, done.id])
  expect(await found({ state: 'failed' })).toEqual([])
  expect(await found({ component: 'nothing' })).toEqual([])
  expect(await listApplies(world.ctx, { environment: 'nowhere' })).toEqual({ items: [], nextCursor: null })
})

test('a row of the list says what the apply itself says', async () => {
  const place = await testPlace(world, ['acme', 'borealis'])
  const { id } = await place.start({ onFailure: 'pause', batchSize: 1 })
  await place.drive(id, 'acme', failed)
  const [row] = (await listApplies(world.ctx, { environment: place.environment })).items
  const apply = await getApply(world.ctx, { id })
  expect(apply).toMatchObject({ ...row })
  expect(row).toMatchObject({ state: 'paused', needsPerson: true, total: 2, counts: { failed: 1, pending: 1 } })
})

test('operations come in rollout order, page by page, whatever moves meanwhile', async () => {
  const slugs = Array.from({ length: 7 }, (_, i) => `t${i}`)
  const place = await testPlace(world, slugs)
  const { id } = await place.start({ batchSize: 2 })
  const read = (cursor?: string) => listOperations(world.ctx, { applyId: id, limit: 3, ...(cursor ? { cursor } : {}) })
  const seen = await all(read, async () => {
    for (const slug of await place.running(id)) await place.drive(id, slug, completed)
  })
  expect(seen.map(({ slug }) => slug)).toEqual(slugs)
  const pending = await listOperations(world.ctx, { applyId: id, state: 'pending' })
  expect(pending.items.map(({ slug }) => slug)).toEqual(['t6'])
  expect(pending.items[0]?.waitsFor).toMatch(/\w/)
})

test('an operation tells why it waits, its attempts, and what may be asked of it', async () => {
  const place = await testPlace(world, ['acme', 'borealis'])
  const { id } = await place.start({ batchSize: 1 })
  const waiting = await getOperation(world.ctx, { id: await place.operationId(id, 'borealis') })
  expect(waiting).toMatchObject({ state: 'pending', attempts: [], actions: { retry: { allowed: false } } })
  expect(waiting.waitsFor).toBe('One tenant waits for a free place: one of one is taken.')
  await place.drive(id, 'acme', failed)
  const ended = await getOperation(world.ctx, { id: await place.operationId(id, 'acme') })
  expect(ended).toMatchObject({
    state: 'failed',
    claim: 'Success',
    observedSha: world.shas[0],
    verdict: 'stale',
    waitsFor: null,
    attempts: [{ number: 1, outcome: 'failed', failureReason: 'stale', claim: 'Success' }],
    actions: { retry: { allowed: true } },
    apply: { id, state: 'failed' },
  })
})

test('builds come newest publication first, of one component or of all', async () => {
  const shas = Array.from({ length: 5 }, (_, i) => String(i).repeat(40))
  for (const sha of shas) {
    world.clock.pass(1)
    await publishBuild(world.ctx, { component: 'server', sha, branch: 'main', tag: `t-${sha.slice(0, 7)}` })
  }
  const read = (cursor?: string) =>
    listBuilds(world.ctx, { component: 'server', limit: 2, ...(cursor ? { cursor } : {}) })
  const seen = await all(read)
  expect(seen.slice(0, 5).map(({ sha }) => sha)).toEqual(shas.toReversed())
  expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
  expect((await listBuilds(world.ctx, { component: 'nothing' })).items).toEqual([])
})

describe('a cursor that is not one of ours is refused', () => {
  const foreign = ['x', '', 'bm9uc2Vuc2U', '../../etc', Buffer.from('op_1').toString('base64url'), 'a'.repeat(200)]
  const lists: [string, (cursor: string) => Promise<unknown>][] = [
    ['applies', (cursor) => listApplies(world.ctx, { cursor })],
    ['builds', (cursor) => listBuilds(world.ctx, { cursor })],
    [
      'operations',
      async (cursor) => {
        const place = await testPlace(world, ['acme'])
        return listOperations(world.ctx, { applyId: (await place.open()).id, cursor })
      },
    ],
  ]
  test.each(lists)('by the list of %s', async (_, list) => {
    for (const cursor of foreign) {
      await expect(list(cursor), cursor).rejects.toMatchObject({ code: 'invalid', field: 'cursor' })
    }
  })
})

test('what does not exist is not found', async () => {
  const missing = { code: 'not_found', remedy: expect.any(String) }
  await expect(getApply(world.ctx, { id: 'apl_none' })).rejects.toMatchObject({ ...missing, field: 'id' })
  await expect(getOperation(world.ctx, { id: 'op_none' })).rejects.toMatchObject({ ...missing, field: 'id' })
  await expect(listOperations(world.ctx, { applyId: 'apl_none' })).rejects.toMatchObject(missing)
})
