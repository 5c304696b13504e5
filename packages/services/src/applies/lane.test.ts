import { loadApplyFacts } from '@rollcall/store'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ServiceError } from '../errors.ts'
import { retryOperation } from '../operations/retry.ts'
import {
  completed,
  driveTo,
  failed,
  snapshot,
  type TestPlace,
  type TestWorld,
  testPlace,
  testWorld,
} from '../testing/index.ts'
import { advanceApply } from './advance.ts'
import { approveApply } from './approve.ts'
import { cancelApply } from './cancel.ts'
import { retryApply } from './retry.ts'
import { stopApply } from './stop.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const fleet = ['acme', 'borealis', 'cobalt']
const applyOf = (id: string) => world.store.db.apply.findUniqueOrThrow({ where: { id } })
const holderOf = async ({ environmentId }: TestPlace) =>
  (await world.store.db.lane.findFirst({ where: { environmentId } }))?.heldByApplyId ?? null
const heldBy = async (id: string) => (await loadApplyFacts(world.store.db, id))?.laneApplyId
/** applies of the place that have begun and are not settled */
const begun = ({ environmentId }: TestPlace) =>
  world.store.db.apply.findMany({ where: { environmentId, settled: false, startedAt: { not: null } } })

describe('a lane', () => {
  test('has at most one unsettled apply that has begun, under twenty opens and advances at once', async () => {
    const place = await testPlace(world, fleet)
    let most = 0
    let watching = true
    const watch = async () => {
      while (watching) most = Math.max(most, (await begun(place)).length)
    }
    const watcher = watch()
    const opens = Array.from({ length: 20 }, async (_, i) => {
      const { id } = await place.open({ sha: world.shas[2], batchSize: (i % 3) + 1 })
      await Promise.all([advanceApply(world.ctx, id), advanceApply(world.ctx, id)])
      return id
    })
    const ids = await Promise.all(opens)
    watching = false
    await watcher
    expect(most).toBe(1)
    const applies = await world.store.db.apply.findMany({ where: { id: { in: ids } } })
    const unsettled = applies.filter(({ settled }) => !settled)
    // one that has begun, and at most the newest one behind it
    expect(unsettled.filter(({ startedAt }) => startedAt === null).length).toBeLessThanOrEqual(1)
    expect(applies.filter(({ settled, state }) => settled && state !== 'superseded')).toEqual([])
    expect(await holderOf(place)).toBe(unsettled.find(({ startedAt }) => startedAt !== null)?.id)
  })

  test('is given to the newest that waits: it supersedes the older ones, each told by whom', async () => {
    const place = await testPlace(world, fleet)
    const first = await place.start({ sha: world.shas[1], batchSize: 1 })
    const second = await place.open({ sha: world.shas[1] })
    const third = await place.open({ requiresApproval: true })
    const fourth = await place.open()
    for (const [older, newer] of [
      [second, third],
      [third, fourth],
    ] as const) {
      expect(await applyOf(older.id)).toMatchObject({
        state: 'superseded',
        releaseStatus: 'superseded',
        settled: true,
        supersededById: newer.id,
      })
      const audited = await world.store.db.auditEntry.findMany({
        where: { subjectId: older.id, action: 'apply.supersede' },
      })
      expect(audited).toMatchObject([{ actor: 'ana', detail: { by: newer.id } }])
    }
    expect(await applyOf(first.id)).toMatchObject({ state: 'running', settled: false })
    await place.advance(fourth.id)
    expect(await applyOf(fourth.id)).toMatchObject({ state: 'pending', startedAt: null })
    expect(await heldBy(fourth.id)).toBe(first.id)
    await place.driveAll(first.id, () => completed)
    await place.advance(fourth.id)
    expect(await place.running(fourth.id)).toEqual(fleet)
    expect(await holderOf(place)).toBe(fourth.id)
  })

  test('law 7: takes no older build while a newer one is in it, unless going back is asked for', async () => {
    const place = await testPlace(world, fleet)
    const newer = await place.start({ batchSize: 1 })
    const before = await snapshot(world.database)
    const refused = await place.open({ sha: world.shas[1] }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ServiceError)
    expect(refused).toMatchObject({
      code: 'refused',
      field: 'sha',
      details: [{ code: 'newer_in_lane' }],
      remedy: expect.stringContaining(newer.id),
    })
    expect(await snapshot(world.database)).toEqual(before)
    expect(await place.open({ sha: world.shas[1], allowDowngrade: true })).toMatchObject({ state: 'pending' })
  })

  test('is taken by an approval only when it is free', async () => {
    const place = await testPlace(world, fleet)
    const waits = await place.start({ requiresApproval: true, batchSize: 1 })
    expect(await place.running(waits.id)).toEqual([])
    expect(await holderOf(place)).toBeNull()
    await approveApply(world.ctx, { id: waits.id })
    await Promise.all(Array.from({ length: 5 }, () => place.advance(waits.id)))
    expect(await place.running(waits.id)).toEqual(['acme'])
    expect(await holderOf(place)).toBe(waits.id)
  })
})

describe('terminal is not settled', () => {
  test.each([
    ['stop', stopApply, 'stopped'],
    ['cancel', cancelApply, 'cancelled'],
  ] as const)(
    'a %s lets what is in flight come to its own end; until then the lane stays taken',
    async (_, verb, state) => {
      const place = await testPlace(world, fleet)
      const { id } = await place.start({ batchSize: 1 })
      const next = await place.open({ batchSize: 1 })
      await verb(world.ctx, { id, reason: 'wrong build' })
      expect(await applyOf(id)).toMatchObject({ settled: false, countRunning: 1, countPending: 0 })
      await place.advance(id)
      await place.advance(next.id)
      expect(await place.running(next.id)).toEqual([])
      expect(await heldBy(next.id)).toBe(id)
      await place.drive(id, 'acme', completed)
      expect(await applyOf(id)).toMatchObject({ state, settled: true, releaseStatus: 'partially_failed' })
      await place.advance(next.id)
      expect(await place.running(next.id)).toEqual(['acme'])
    },
  )

  test('a verdict that falls while siblings are in flight keeps the lane until they have ended', async () => {
    const place = await testPlace(world, fleet)
    const { id } = await place.start({ batchSize: 2 })
    const next = await place.open()
    await place.drive(id, 'acme', failed)
    expect(await applyOf(id)).toMatchObject({ state: 'failed', settled: false })
    await place.advance(next.id)
    expect(await place.running(next.id)).toEqual([])
    await place.drive(id, 'borealis', completed)
    expect(await applyOf(id)).toMatchObject({ state: 'failed', settled: true, countPending: 1 })
    await place.advance(next.id)
    expect(await place.running(next.id)).toEqual(fleet)
  })

  test('a retry that is due takes no place of a stopped apply: it is ended with the rest', async () => {
    const place = await testPlace(world, fleet)
    const { id } = await place.start({ batchSize: 2 })
    await place.drive(id, 'acme', { state: 'failed', reason: 'transient', detail: '503' })
    await stopApply(world.ctx, { id })
    expect(await applyOf(id)).toMatchObject({ countRetryable: 0, countStopped: 2, countRunning: 1 })
    await place.drive(id, 'borealis', { state: 'failed', reason: 'transient', detail: '503' })
    expect(await applyOf(id)).toMatchObject({ state: 'stopped', settled: true, countStopped: 3 })
  })

  test('law 10: a settled apply holds nothing, also when the job that gives the lane back is lost', async () => {
    const place = await testPlace(world, ['acme'])
    const { id } = await place.start()
    const next = await place.open()
    await place.advance(next.id)
    await driveTo(world, await place.operationId(id, 'acme'), completed)
    await world.database.query(`delete from pgboss.job where name = 'apply.advance'`)
    expect(await applyOf(id)).toMatchObject({ settled: true })
    await place.advance(next.id)
    expect(await place.running(next.id)).toEqual(['acme'])
    await place.advance(id)
    expect(await holderOf(place)).toBe(next.id)
  })
})

describe('a retry', () => {
  test('puts what failed back in line with a fresh budget, takes the lane again, and leaves the rest alone', async () => {
    const place = await testPlace(world, fleet, { maxAttempts: 2 })
    const { id } = await place.start({ onFailure: 'continue' })
    await place.driveAll(id, (slug) => (slug === 'borealis' ? failed : completed))
    expect(await applyOf(id)).toMatchObject({ state: 'failed', settled: true, endedAt: world.clock.now })
    expect(await holderOf(place)).toBeNull()
    world.clock.pass(60)
    const view = await retryApply(world.ctx, { id, reason: 'fixed the disk' })
    expect(view).toMatchObject({ state: 'running', settled: false, endedAt: null })
    expect(await holderOf(place)).toBe(id)
    await place.advance(id)
    expect(await place.running(id)).toEqual(['borealis'])
    const operation = await world.store.db.operation.findFirstOrThrow({ where: { applyId: id, slug: 'borealis' } })
    expect(operation).toMatchObject({ attemptCount: 2, attemptLimit: 3, failureReason: null })
    await place.driveAll(id, () => completed)
    expect(await applyOf(id)).toMatchObject({
      state: 'completed',
      settled: true,
      countCompleted: 3,
      countOnNewBuild: 3,
    })
  })

  test('of one operation among several leaves the others failed', async () => {
    const place = await testPlace(world, fleet)
    const { id } = await place.start({ onFailure: 'continue' })
    await place.driveAll(id, (slug) => (slug === 'cobalt' ? completed : failed))
    const view = await retryOperation(world.as('jo'), { id: await place.operationId(id, 'acme'), reason: 'again' })
    expect(view).toMatchObject({ state: 'pending', slug: 'acme', attempt: 1, attemptLimit: 4 })
    expect(await applyOf(id)).toMatchObject({ state: 'running_degraded', countFailed: 1, countPending: 1 })
    await place.advance(id)
    expect(await place.running(id)).toEqual(['acme'])
    const audited = await world.store.db.auditEntry.findFirst({ where: { action: 'operation.retry', actor: 'jo' } })
    expect(audited).toMatchObject({ subjectType: 'operation', subjectId: view.id, reason: 'again' })
  })

  test('of one of two failures under halt waits for the other one by name, and holds no lane meanwhile', async () => {
    const place = await testPlace(world, fleet)
    const { id } = await place.start()
    await place.driveAll(id, (slug) => (slug === 'cobalt' ? completed : failed))
    await retryOperation(world.ctx, { id: await place.operationId(id, 'borealis') })
    await place.advance(id)
    expect(await applyOf(id)).toMatchObject({ state: 'failed', settled: true, countPending: 1, countFailed: 1 })
    expect(await holderOf(place)).toBeNull()
    await retryOperation(world.ctx, { id: await place.operationId(id, 'acme') })
    await place.advance(id)
    expect(await place.running(id)).toEqual(['acme', 'borealis'])
    expect(await holderOf(place)).toBe(id)
  })

  test('is refused while another apply uses the lane, and for good once a newer build took over', async () => {
    const place = await testPlace(world, fleet)
    const { id } = await place.start({ sha: world.shas[1] })
    await place.driveAll(id, () => failed)
    const operationId = await place.operationId(id, 'acme')
    const refused = async (message: RegExp) => {
      const before = await snapshot(world.database)
      const because = { code: 'refused', message: expect.stringMatching(message) }
      await expect(retryApply(world.ctx, { id })).rejects.toMatchObject(because)
      await expect(retryOperation(world.ctx, { id: operationId })).rejects.toMatchObject(because)
      expect(await snapshot(world.database)).toEqual(before)
    }
    const same = await place.start({ sha: world.shas[1] })
    await refused(/is using the lane/)
    await place.driveAll(same.id, () => completed)
    const newer = await place.start({ batchSize: 1 })
    await refused(/took over/)
    await place.driveAll(newer.id, () => completed)
    await refused(/took over/)
  })

  test('law 7: a worker whose clock is behind does not make a later apply look like the earlier one', async () => {
    const place = await testPlace(world, ['acme'])
    const { id } = await place.start({ sha: world.shas[1] })
    await place.driveAll(id, () => failed)
    const newer = await place.open()
    const behind = { ...world.ctx, now: () => new Date(world.clock.now.getTime() - 3_600_000) }
    await advanceApply(behind, newer.id)
    await place.driveAll(newer.id, () => completed)
    const [first, second] = [await applyOf(id), await applyOf(newer.id)]
    expect(second.startedAt?.getTime()).toBeGreaterThan(first.startedAt?.getTime() ?? 0)
    await expect(retryApply(world.ctx, { id })).rejects.toThrow(/took over/)
  })

  test('an apply that waits is not overtaken by the one that it waits behind, whatever the clocks say', async () => {
    const place = await testPlace(world, ['acme'])
    const first = await place.open({ sha: world.shas[1] })
    const ahead = { ...world.ctx, now: () => new Date(world.clock.now.getTime() + 3_600_000) }
    await advanceApply(ahead, first.id)
    const { id } = await place.start()
    expect(await applyOf(id)).toMatchObject({ state: 'pending', settled: false, countPending: 1 })
    await place.driveAll(first.id, () => completed)
    await place.advance(id)
    expect(await place.running(id)).toEqual(['acme'])
  })
})
