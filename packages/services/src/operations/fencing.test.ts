import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cancelApply } from '../applies/cancel.ts'
import { stopApply } from '../applies/stop.ts'
import {
  completed,
  failed,
  shaReading,
  snapshot,
  type TestWorld,
  testPlace,
  testWorld,
  transient,
} from '../testing/index.ts'
import { askLeave } from './ask.ts'
import { heartbeatOperation } from './heartbeat.ts'
import { type Claim, recordClaim } from './record-claim.ts'
import { recordLook } from './record-look.ts'
import { settleOperation } from './settle.ts'
import { type Attempt, takeOperation } from './take.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const claim = (): Claim => ({
  claim: 'Success',
  detail: 'done',
  httpStatus: 200,
  transport: null,
  settleUntil: new Date(world.clock.now.getTime() + 60_000),
  phase: 'settling',
})

async function inFlight(tenants = ['acme', 'borealis']) {
  const place = await testPlace(world, tenants)
  const { id } = await place.start()
  const operationId = await place.operationId(id, 'acme')
  const take = async (driver: string) => (await takeOperation(world.ctx, operationId, driver)) as Attempt
  const operation = () => world.store.db.operation.findUniqueOrThrow({ where: { id: operationId } })
  const apply = () => world.store.db.apply.findUniqueOrThrow({ where: { id } })
  return { place, id, operationId, take, operation, apply }
}

/** Everything a driver can write, and what it is told when the attempt is somebody else's. */
const writes: [string, (attempt: Attempt) => Promise<unknown>, unknown][] = [
  ['ask for leave', (attempt) => askLeave(world.ctx, attempt), 'replaced'],
  ['record a claim', (attempt) => recordClaim(world.ctx, attempt, claim()), false],
  ['record a look', (attempt) => recordLook(world.ctx, attempt, shaReading(world, world.shas[2]), 'fresh'), false],
  [
    'record a look quietly',
    (a) => recordLook(world.ctx, a, shaReading(world, world.shas[1]), 'stale', { tell: false }),
    false,
  ],
  ['settle it as completed', (attempt) => settleOperation(world.ctx, attempt, completed), false],
  ['settle it as failed', (attempt) => settleOperation(world.ctx, attempt, failed), false],
  ['settle it for another try', (attempt) => settleOperation(world.ctx, attempt, transient), false],
  ['settle it as stopped', (attempt) => settleOperation(world.ctx, attempt, { state: 'stopped' }), false],
  ['give a sign of life', (attempt) => heartbeatOperation(world.ctx, attempt), false],
]

describe('law 8: a stale worker changes nothing', () => {
  test.each(writes)('when another one has taken over, it cannot %s', async (_, write, told) => {
    const { take } = await inFlight()
    const stale = await take('first')
    await take('second')
    world.clock.pass(1)
    const before = await snapshot(world.database)
    expect(await write(stale)).toBe(told)
    expect(await snapshot(world.database)).toEqual(before)
  })

  test.each(writes)('when the attempt has ended, it cannot %s', async (_, write, told) => {
    const { take } = await inFlight()
    const attempt = await take('first')
    expect(await settleOperation(world.ctx, attempt, transient)).toBe(true)
    const before = await snapshot(world.database)
    expect(await write(attempt)).toBe(told)
    expect(await snapshot(world.database)).toEqual(before)
  })

  test('of twenty that take over at once the last one holds the attempt, and one of all their settles counts', async () => {
    const { take, apply, operationId } = await inFlight()
    const attempts = await Promise.all(Array.from({ length: 20 }, (_, i) => take(`driver ${i}`)))
    expect(new Set(attempts.map(({ token }) => token)).size).toBe(20)
    const { token } = await world.store.db.attempt.findFirstOrThrow({ where: { operationId } })
    const settled = await Promise.all(attempts.map((attempt) => settleOperation(world.ctx, attempt, completed)))
    expect(attempts.filter((_, i) => settled[i]).map((attempt) => attempt.token)).toEqual([token])
    expect(await apply()).toMatchObject({ countCompleted: 1, countRunning: 1, countOnNewBuild: 1 })
  })

  test('a takeover in the middle of everything leaves whole facts: the counters are what the operations are', async () => {
    const { take, apply, operation, id } = await inFlight()
    const first = await take('first')
    const results = await Promise.all([
      askLeave(world.ctx, first),
      // the first may have ended it before the second comes: then there is nothing to take
      takeOperation(world.ctx, first.operationId, 'second').then(
        (second) => second !== null && settleOperation(world.ctx, second, completed),
      ),
      recordLook(world.ctx, first, shaReading(world, world.shas[0]), 'stale'),
      recordClaim(world.ctx, first, claim()),
      settleOperation(world.ctx, first, failed),
      stopApply(world.ctx, { id }),
    ])
    // either of them, never both
    expect([results[1], results[4]].filter(Boolean)).toHaveLength(1)
    const done = await operation()
    expect(done.state).toBe(results[1] ? 'completed' : 'failed')
    expect(await apply()).toMatchObject({
      countRunning: 1,
      countCompleted: results[1] ? 1 : 0,
      countFailed: results[1] ? 0 : 1,
    })
  })
})

describe('leave to call the control plane', () => {
  test('is given once: the intent is there before the call, so a crash leaves an outcome to be read back', async () => {
    const { take, operation, apply } = await inFlight()
    const first = await take('first')
    const { changeSeq } = await apply()
    expect(await askLeave(world.ctx, first)).toBe('go')
    expect(await askLeave(world.ctx, first)).toBe('asked')
    expect(await operation()).toMatchObject({ state: 'running', phase: 'deploying' })
    await world.store.later.flush()
    expect((await apply()).changeSeq).toBe(changeSeq + 1)
    const second = await take('second')
    expect(second.askedAt).toEqual(world.clock.now)
    expect(await askLeave(world.ctx, second)).toBe('asked')
  })

  test.each([
    ['stop', stopApply, 'stopped'],
    ['cancel', cancelApply, 'cancelled'],
  ] as const)('is not given after a %s, and then nothing new is expected of the target', async (_, verb, told) => {
    const { place, id, take, apply, operationId } = await inFlight(['acme'])
    const attempt = await take('first')
    await verb(world.ctx, { id, reason: 'wrong build' })
    const before = await snapshot(world.database)
    expect(await askLeave(world.ctx, attempt)).toBe(told)
    expect(await snapshot(world.database)).toEqual(before)
    await settleOperation(world.ctx, attempt, { state: told })
    expect(await apply()).toMatchObject({ state: told, settled: true })
    const { targetId } = await world.store.db.operation.findUniqueOrThrow({ where: { id: operationId } })
    expect(await world.store.db.expectation.findMany({ where: { targetId } })).toEqual([])
    expect(await place.running(id)).toEqual([])
  })

  test('there is nothing to take when the operation waits, has ended, or does not exist', async () => {
    const { place, id, operationId, take } = await inFlight()
    await settleOperation(world.ctx, await take('first'), completed)
    expect(await takeOperation(world.ctx, operationId, 'late')).toBeNull()
    expect(await takeOperation(world.ctx, 'op_none', 'late')).toBeNull()
    await place.drive(id, 'borealis', transient)
    expect(await takeOperation(world.ctx, await place.operationId(id, 'borealis'), 'early')).toBeNull()
  })
})

describe('a claim and an observation', () => {
  test('law 5: stand beside each other; what the control plane said never overwrites what the target answered', async () => {
    const { take, operation } = await inFlight()
    const attempt = await take('first')
    await askLeave(world.ctx, attempt)
    await recordClaim(world.ctx, attempt, claim())
    world.clock.pass(5)
    await recordLook(world.ctx, attempt, shaReading(world, world.shas[0]), 'settling')
    expect(await operation()).toMatchObject({
      claim: 'Success',
      claimDetail: 'done',
      observedKind: 'sha',
      observedSha: world.shas[0],
      observedAt: world.clock.now,
      verdict: 'settling',
      phase: 'settling',
    })
    const stored = await world.store.db.attempt.findUniqueOrThrow({ where: { id: attempt.attemptId } })
    expect(stored).toMatchObject({ claim: 'Success', claimHttpStatus: 200, looks: 1, observedSha: world.shas[0] })
  })

  test('a look that shows what the last one showed is counted and told to nobody', async () => {
    const { take, apply } = await inFlight()
    const attempt = await take('first')
    await recordLook(world.ctx, attempt, shaReading(world, world.shas[0]), 'settling')
    await world.store.later.flush()
    const { changeSeq } = await apply()
    world.clock.pass(20)
    await recordLook(world.ctx, attempt, shaReading(world, world.shas[0]), 'settling')
    await world.store.later.flush()
    expect((await apply()).changeSeq).toBe(changeSeq)
    await recordLook(world.ctx, attempt, shaReading(world, world.shas[2]), 'fresh')
    await world.store.later.flush()
    expect((await apply()).changeSeq).toBe(changeSeq + 1)
    const stored = await world.store.db.attempt.findUniqueOrThrow({ where: { id: attempt.attemptId } })
    expect(stored.looks).toBe(3)
    const readings = await world.store.db.readingHistory.findMany({ where: { targetId: attempt.targetId } })
    expect(readings).toHaveLength(2)
  })

  test('foreign words that PostgreSQL cannot hold are stored without what it cannot hold', async () => {
    const { take, operation } = await inFlight()
    const attempt = await take('first')
    const odd = `\0half a pair: \ud83d${'x'.repeat(2_000)}`
    await recordLook(
      world.ctx,
      attempt,
      { ...shaReading(world, ''), kind: 'wrong_service', detail: odd },
      'wrong_service',
    )
    await recordClaim(world.ctx, attempt, { ...claim(), claim: odd, detail: odd, transport: odd })
    await settleOperation(world.ctx, attempt, { state: 'failed', reason: 'wrong_service', detail: odd })
    const { failureDetail, claimDetail } = await operation()
    expect(failureDetail).toMatch(/^half a pair: \ufffdx+$/)
    expect(claimDetail).toBe(failureDetail)
    const [reading] = await world.store.db.currentReading.findMany({ where: { targetId: attempt.targetId } })
    expect(reading?.detail).toMatch(/^half a pair: \ufffdx+$/)
  })
})
