import { aggregateChildren, deriveRolloutApplyState, projectApply, type RolloutChild } from '@rollcall/rollout'
import { type ApplyFactsRow, loadApplyFacts } from '@rollcall/store'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServiceError } from '../errors.ts'
import { askLeave } from '../operations/ask.ts'
import { retryOperation } from '../operations/retry.ts'
import { type Outcome, settleOperation } from '../operations/settle.ts'
import { type Attempt, takeOperation } from '../operations/take.ts'
import { completed, failed, type TestPlace, type TestWorld, testPlace, testWorld, transient } from '../testing/index.ts'
import { advanceApply } from './advance.ts'
import { approveApply } from './approve.ts'
import { cancelApply } from './cancel.ts'
import { factsOf } from './facts.ts'
import { openApply } from './open.ts'
import { rejectApply } from './reject.ts'
import { releaseApply } from './release.ts'
import { retryApply } from './retry.ts'
import { stopApply } from './stop.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

/** One lane and everything that happened in it. */
interface Lane {
  place: TestPlace
  ids: string[]
  /** attempts that drivers hold, also those whose driver has been replaced */
  held: Attempt[]
  commands: number
  ended: Map<string, string>
}

interface Step {
  what: keyof typeof steps
  /** which of those that there are */
  pick: number
}

const oneOf = <T>(items: readonly T[], pick: number): T | undefined => items[pick % Math.max(1, items.length)]
const outcomes: Outcome[] = [completed, completed, completed, failed, transient, { state: 'stopped' }]

async function take(lane: Lane, pick: number): Promise<Attempt | null> {
  const running = await world.store.db.operation.findMany({
    where: { applyId: { in: lane.ids }, state: 'running' },
    orderBy: [{ applyId: 'asc' }, { position: 'asc' }],
  })
  const operation = oneOf(running, pick)
  const attempt = operation ? await takeOperation(world.ctx, operation.id, `driver ${pick}`) : null
  if (attempt) lane.held.push(attempt)
  return attempt
}

async function command(lane: Lane, work: (id: string) => Promise<unknown>, pick: number) {
  const id = oneOf(lane.ids, pick)
  if (!id) return
  try {
    await work(id)
    lane.commands += 1
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    expect(error.code).toBe('refused')
  }
}

const steps = {
  advance: async (lane: Lane, pick: number) => {
    const id = oneOf(lane.ids, pick)
    if (id) await advanceApply(world.ctx, id)
  },
  drive: async (lane: Lane, pick: number) => {
    const attempt = await take(lane, pick)
    if (attempt) await settleOperation(world.ctx, attempt, outcomes[pick % outcomes.length] as Outcome)
  },
  'take over': take,
  ask: async (lane: Lane, pick: number) => {
    const attempt = oneOf(lane.held, pick)
    if (attempt) await askLeave(world.ctx, attempt)
  },
  // also by drivers that have been replaced, and of attempts that ended long ago
  'settle late': async (lane: Lane, pick: number) => {
    const attempt = oneOf(lane.held, pick)
    if (attempt) await settleOperation(world.ctx, attempt, outcomes[(pick >> 3) % outcomes.length] as Outcome)
  },
  wait: async (_: Lane, pick: number) => world.clock.pass([1, 5, 10, 60][pick % 4] as number),
  approve: (lane: Lane, pick: number) => command(lane, (id) => approveApply(world.ctx, { id }), pick),
  reject: (lane: Lane, pick: number) => command(lane, (id) => rejectApply(world.ctx, { id, reason: 'no' }), pick),
  release: (lane: Lane, pick: number) => command(lane, (id) => releaseApply(world.ctx, { id }), pick),
  retry: (lane: Lane, pick: number) => command(lane, (id) => retryApply(world.ctx, { id }), pick),
  stop: (lane: Lane, pick: number) => command(lane, (id) => stopApply(world.ctx, { id }), pick),
  cancel: (lane: Lane, pick: number) => command(lane, (id) => cancelApply(world.ctx, { id, reason: 'no' }), pick),
  'retry one': async (lane: Lane, pick: number) => {
    const operations = await world.store.db.operation.findMany({
      where: { applyId: { in: lane.ids } },
      orderBy: { id: 'asc' },
    })
    const operation = oneOf(operations, pick)
    if (operation) await command(lane, () => retryOperation(world.ctx, { id: operation.id }), 0)
  },
  open: async (lane: Lane, pick: number) => {
    const { apply } = await openApply(world.ctx, {
      environment: lane.place.environment,
      component: 'server',
      sha: world.shas[2],
      ...policies[pick % policies.length],
    })
    lane.ids.push(apply.id)
    lane.commands += 1
  },
}

const policies = [
  { batchSize: 2, soakSeconds: 0 },
  { batchSize: 1, soakSeconds: 0, onFailure: 'pause' },
  { batchSize: 3, soakSeconds: 0, onFailure: 'continue' },
  { batchSize: 2, soakSeconds: 10, canary: 't0', onFailure: 'pause' },
  { batchSize: 2, soakSeconds: 0, canary: 't1', maxStragglers: 1, onFailure: 'continue' },
  { batchSize: 2, soakSeconds: 0, requiresApproval: true },
  { batchSize: 5, soakSeconds: 0, maxStragglers: 2, onFailure: 'whatever' },
]

const neverRevived = new Set(['completed', 'cancelled', 'rolled_back', 'superseded', 'rejected'])

/** What must be true whatever has happened. */
async function hold(lane: Lane): Promise<void> {
  const { db } = world.store
  const rows = (await Promise.all(lane.ids.map((id) => loadApplyFacts(db, id)))) as ApplyFactsRow[]
  const operations = await db.operation.findMany({
    where: { applyId: { in: lane.ids } },
    orderBy: { position: 'asc' },
    select: { id: true, applyId: true, state: true, canary: true },
  })
  for (const row of rows) {
    const own = operations.filter(({ applyId }) => applyId === row.id)
    const count = (state: string) => own.filter((operation) => operation.state === state).length
    expect(row, 'the counters are what the operations are').toMatchObject({
      total: own.length,
      countPending: count('pending'),
      countRunning: count('running'),
      countCompleted: count('completed'),
      countFailed: count('failed'),
      countRetryable: count('failed_retryable'),
      countStopped: count('stopped'),
      countCancelled: count('cancelled'),
      countFailedCanary: own.filter(({ state, canary }) => state === 'failed' && canary).length,
      countOnNewBuild: count('completed'),
    })
    const facts = factsOf(row, world.clock.now)
    const children: RolloutChild[] = own.map(({ state, canary }) => ({
      state,
      canary,
      onFailure: row.onFailure,
      released: row.releasedAt !== null,
    }))
    const derived = projectApply({ ...facts, operations: aggregateChildren(children) }, world.clock.now)
    expect({ state: row.state, settled: row.settled, status: row.releaseStatus }).toEqual({
      state: derived.state,
      settled: derived.settled,
      status: derived.releaseStatus,
    })
    const plain = deriveRolloutApplyState(children, { maxStragglers: row.maxStragglers })
    const bySomethingElse = ['rejected', 'superseded', 'cancelled', 'stopped', 'awaiting_approval', 'failed']
    if (!bySomethingElse.includes(row.state)) expect(row.state).toBe(plain)
    const inFlight = row.countRunning + row.countRetryable
    if (row.settled) {
      expect(inFlight).toBe(0)
      for (const other of rows) expect(other.laneApplyId).not.toBe(row.id)
    } else if (inFlight === 0 && derived.heldBy.length === 0) {
      expect(row.countPending, 'what is held by nothing can be started').toBeGreaterThan(0)
    }
    expect((row.endedAt === null) === (derived.terminal === false)).toBe(true)
    const before = lane.ended.get(row.id)
    if (before) expect(row.state).toBe(before)
    if (row.settled && neverRevived.has(row.state)) lane.ended.set(row.id, row.state)
  }
  expect(rows.filter(({ settled, startedAt }) => !settled && startedAt !== null).length).toBeLessThanOrEqual(1)
  expect(rows.filter(({ settled, startedAt }) => !settled && startedAt === null).length).toBeLessThanOrEqual(1)
  const subjects = [...lane.ids, ...operations.map(({ id }) => id)]
  const audited = await db.auditEntry.count({
    where: { subjectId: { in: subjects }, NOT: { action: 'apply.supersede' } },
  })
  expect(audited, 'what was allowed is audited, what was refused is not').toBe(lane.commands)
}

/** Whatever has happened, looking at everything again and again brings it to an end or to something that a person is told. */
async function comesToRest(lane: Lane): Promise<void> {
  for (let round = 0; round < 60; round++) {
    for (const id of lane.ids) await advanceApply(world.ctx, id)
    const attempt = await take(lane, 0)
    if (attempt) await settleOperation(world.ctx, attempt, completed)
    else {
      const [waiting] = await world.store.db.apply.findMany({
        where: { id: { in: lane.ids }, settled: false },
        select: { id: true },
      })
      if (!waiting) return hold(lane)
      const row = (await loadApplyFacts(world.store.db, waiting.id)) as ApplyFactsRow
      const { heldBy } = projectApply(factsOf(row, world.clock.now), world.clock.now)
      expect(heldBy, 'what does not move says why').not.toEqual([])
      if (heldBy.some(({ person, kind }) => person && kind !== 'worker_silent')) return hold(lane)
      world.clock.pass(30)
    }
  }
  throw new Error('it goes on for ever')
}

test('laws 1, 2, 3, 8 and 13 hold after every step of whatever people, workers and clocks do to a lane', async () => {
  const often = (what: keyof typeof steps, weight: number) => ({ weight, arbitrary: fc.constant(what) })
  const step = fc.record<Step>({
    what: fc.oneof(
      often('advance', 6),
      often('drive', 8),
      often('take over', 1),
      often('ask', 1),
      often('settle late', 2),
      often('wait', 2),
      often('approve', 2),
      often('reject', 1),
      often('release', 2),
      often('retry', 2),
      often('retry one', 1),
      often('stop', 1),
      often('cancel', 1),
      often('open', 1),
    ),
    pick: fc.nat(1_000),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.nat(6),
      fc.integer({ min: 2, max: 5 }),
      fc.array(step, { minLength: 4, maxLength: 14 }),
      async (policy, size, script) => {
        const tenants = Array.from({ length: size }, (_, i) => `t${i}`)
        const place = await testPlace(world, tenants, { maxAttempts: 2 })
        const lane: Lane = { place, ids: [], held: [], commands: 0, ended: new Map() }
        await steps.open(lane, policy)
        for (const { what, pick } of script) {
          await steps[what](lane, pick)
          await hold(lane)
        }
        await comesToRest(lane)
      },
    ),
    { numRuns: 100, interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false },
  )
}, 60_000)
