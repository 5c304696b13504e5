import { type ApplyVerb, applyActions, applyVerbs } from '@rollcall/rollout'
import { type ApplyFactsRow, loadApplyFacts } from '@rollcall/store'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import {
  completed,
  failed,
  snapshot,
  type TestPlace,
  type TestWorld,
  testPlace,
  testWorld,
  transient,
} from '../testing/index.ts'
import type { ApplyView } from '../views.ts'
import { approveApply } from './approve.ts'
import { cancelApply } from './cancel.ts'
import { factsOf } from './facts.ts'
import { rejectApply } from './reject.ts'
import { releaseApply } from './release.ts'
import { retryApply } from './retry.ts'
import { stopApply } from './stop.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const verbs: Record<ApplyVerb, (ctx: Context, input: { id: string; reason: string }) => Promise<ApplyView>> = {
  approve: (ctx, { id }) => approveApply(ctx, { id }),
  reject: rejectApply,
  release: releaseApply,
  retry: retryApply,
  stop: stopApply,
  cancel: cancelApply,
}

interface Situation {
  /** what a person may ask of it */
  allows: ApplyVerb[]
  /** brings an apply there; answers its id */
  reach: (place: TestPlace) => Promise<string>
}

const failedFirst = async (place: TestPlace, more: Record<string, unknown> = {}) => {
  const { id } = await place.start({ batchSize: 1, ...more })
  await place.drive(id, 'acme', failed)
  return id
}
const stopping = async (place: TestPlace) => {
  const { id } = await place.start({ batchSize: 1 })
  await stopApply(world.ctx, { id })
  return id
}
const cancelling = async (place: TestPlace) => {
  const { id } = await place.start({ batchSize: 1 })
  await cancelApply(world.ctx, { id, reason: 'wrong build' })
  return id
}
const ended = async (place: TestPlace, id: string) => {
  await place.drive(id, 'acme', completed)
  return id
}

const situations: Record<string, Situation> = {
  'waiting for its first look': {
    allows: ['stop', 'cancel'],
    reach: async (place) => (await place.open()).id,
  },
  'waiting for approval': {
    allows: ['approve', 'reject', 'stop', 'cancel'],
    reach: async (place) => (await place.start({ requiresApproval: true })).id,
  },
  'waiting behind the lane': {
    allows: ['stop', 'cancel'],
    reach: async (place) => {
      await place.start({ sha: world.shas[1], batchSize: 1 })
      return (await place.start()).id
    },
  },
  running: {
    allows: ['stop', 'cancel'],
    reach: async (place) => (await place.start({ batchSize: 1 })).id,
  },
  'between attempts': {
    allows: ['stop', 'cancel'],
    reach: async (place) => {
      const { id } = await place.start({ batchSize: 1 })
      await place.drive(id, 'acme', transient)
      return id
    },
  },
  paused: {
    allows: ['release', 'retry', 'stop', 'cancel'],
    reach: (place) => failedFirst(place, { onFailure: 'pause' }),
  },
  released: {
    allows: ['retry', 'stop', 'cancel'],
    reach: async (place) => {
      const id = await failedFirst(place, { onFailure: 'pause' })
      await releaseApply(world.ctx, { id })
      return id
    },
  },
  'running in spite of a failure': {
    allows: ['retry', 'stop', 'cancel'],
    reach: (place) => failedFirst(place, { onFailure: 'continue' }),
  },
  'failed with tenants in progress': {
    allows: ['retry', 'stop', 'cancel'],
    reach: (place) => failedFirst(place, { batchSize: 2 }),
  },
  'failed and settled': {
    allows: ['retry'],
    reach: (place) => failedFirst(place),
  },
  'failed and overtaken by a newer build': {
    allows: [],
    reach: async (place) => {
      const id = await failedFirst(place, { sha: world.shas[1] })
      const newer = await place.start()
      await place.driveAll(newer.id, () => completed)
      return id
    },
  },
  'failed while the lane is in use': {
    allows: [],
    reach: async (place) => {
      const id = await failedFirst(place)
      await place.start()
      return id
    },
  },
  stopping: { allows: ['cancel'], reach: stopping },
  cancelling: { allows: [], reach: cancelling },
  stopped: { allows: [], reach: async (place) => ended(place, await stopping(place)) },
  cancelled: { allows: [], reach: async (place) => ended(place, await cancelling(place)) },
  completed: {
    allows: [],
    reach: async (place) => {
      const { id } = await place.start()
      await place.driveAll(id, () => completed)
      return id
    },
  },
  'completed with stragglers': {
    allows: ['retry'],
    reach: async (place) => {
      const { id } = await place.start({ maxStragglers: 1 })
      await place.driveAll(id, (slug) => (slug === 'acme' ? failed : completed))
      return id
    },
  },
  rejected: {
    allows: [],
    reach: async (place) => {
      const { id } = await place.start({ requiresApproval: true })
      await rejectApply(world.ctx, { id, reason: 'not today' })
      return id
    },
  },
  superseded: {
    allows: [],
    reach: async (place) => {
      const { id } = await place.start({ requiresApproval: true, sha: world.shas[1] })
      await place.open()
      return id
    },
  },
}

const actor = { name: 'jo', via: 'ui' as const, requestId: 'req-1' }
const rowOf = async (id: string) => (await loadApplyFacts(world.store.db, id)) as ApplyFactsRow
async function answers(id: string) {
  return applyActions(factsOf(await rowOf(id), world.clock.now), world.clock.now)
}

describe.each(Object.entries(situations))('an apply that is %s', (_, { allows, reach }) => {
  const fresh = async () => reach(await testPlace(world, ['acme', 'borealis', 'cobalt']))

  test('law 12: what is refused is refused with the sentence of the button, and changes nothing', async () => {
    const id = await fresh()
    const said = await answers(id)
    expect(applyVerbs.filter((verb) => said[verb].allowed).toSorted()).toEqual(allows.toSorted())
    const before = await snapshot(world.database)
    for (const verb of applyVerbs) {
      const answer = said[verb]
      if (answer.allowed) continue
      const error = await verbs[verb](world.ctx, { id, reason: 'because' }).catch((error: unknown) => error)
      expect(error, verb).toBeInstanceOf(ServiceError)
      expect(error).toMatchObject({ code: 'refused', field: 'id', message: answer.why, remedy: answer.unblock })
    }
    expect(await snapshot(world.database)).toEqual(before)
  })

  test('law 11: what is allowed is recorded with who did it and why, in one transaction with the deed', async () => {
    for (const verb of allows) {
      const id = await fresh()
      const before = await rowOf(id)
      const view = await verbs[verb]({ ...world.ctx, actor }, { id, reason: 'because I say so' })
      const audits = await world.database.query(
        `select *, xmin::text as xmin from audit where action = $1 and subject_id = $2`,
        [`apply.${verb}`, id],
      )
      expect(audits).toHaveLength(1)
      expect(audits[0]).toMatchObject({
        actor: 'jo',
        via: 'ui',
        request_id: 'req-1',
        subject_type: 'apply',
        reason: verb === 'approve' ? null : 'because I say so',
        detail: { from: before.state, planHash: before.planHash },
        before: { state: before.state },
        after: { state: view.state },
      })
      const [stored] = await world.database.query('select xmin::text as xmin, change_seq from applies where id = $1', [
        id,
      ])
      expect(stored?.xmin, verb).toBe(audits[0]?.xmin)
      expect(stored?.change_seq).toBe(before.changeSeq + 1)
      const after = await rowOf(id)
      expect({ state: view.state, settled: view.settled, counts: view.counts.pending }).toEqual({
        state: after.state,
        settled: after.settled,
        counts: after.countPending,
      })
      // having done it once is a reason not to do it again
      expect((await answers(id))[verb].allowed).toBe(false)
      const jobs = await world.database.query(
        `select 1 from pgboss.job where name = 'apply.advance' and singleton_key = $1 and state = 'created'`,
        [id],
      )
      expect(jobs).toHaveLength(1)
    }
  })
})

test('an approval binds to the plan: the hash of another one is refused, and nothing changes', async () => {
  const place = await testPlace(world, ['acme'])
  const { id, planHash } = await place.open({ requiresApproval: true })
  const before = await snapshot(world.database)
  await expect(approveApply(world.ctx, { id, planHash: 'sha256:another' })).rejects.toMatchObject({
    code: 'conflict',
    field: 'planHash',
    remedy: `Look at the plan again; its hash is ${planHash}.`,
  })
  expect(await snapshot(world.database)).toEqual(before)
  expect(await approveApply(world.as('jo'), { id, planHash })).toMatchObject({ approvedBy: 'jo', state: 'pending' })
})

test('what is rejected or superseded leaves nothing in line, and needs no job for that', async () => {
  for (const end of ['rejected', 'superseded'] as const) {
    const place = await testPlace(world, ['acme', 'borealis'])
    const id = (await situations[end]?.reach(place)) ?? ''
    expect(await rowOf(id)).toMatchObject({ state: end, settled: true, countPending: 0, countCancelled: 2 })
  }
})

test('a release is once and for all: later failures do not pause it again', async () => {
  const place = await testPlace(world, ['acme', 'borealis', 'cobalt'])
  const { id } = await place.start({ onFailure: 'pause', batchSize: 1 })
  await place.drive(id, 'acme', failed)
  expect(await place.running(id)).toEqual([])
  await releaseApply(world.ctx, { id })
  await place.advance(id)
  expect(await place.running(id)).toEqual(['borealis'])
  await place.drive(id, 'borealis', failed)
  expect(await place.running(id)).toEqual(['cobalt'])
  await place.drive(id, 'cobalt', completed)
  expect(await rowOf(id)).toMatchObject({ state: 'failed', settled: true, releaseStatus: 'partially_failed' })
})

test.each(Object.keys(verbs) as ApplyVerb[])('%s of an apply that does not exist is not found', async (verb) => {
  await expect(verbs[verb](world.ctx, { id: 'apl_none', reason: 'because' })).rejects.toMatchObject({
    code: 'not_found',
    field: 'id',
    message: 'There is no apply "apl_none".',
  })
})
