import { cancelApply, releaseApply, retryApply, retryOperation, stopApply } from '@rollcall/services'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha } from '../testing/builds.ts'
import { eventually } from '../testing/eventually.ts'
import type { Place } from '../testing/place.ts'
import { startWorld, type World } from '../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.worker()
})
afterAll(() => world.close())

const states = async (place: Place, id: string) =>
  Object.fromEntries((await place.operations(id)).map(({ slug, state }) => [slug, state]))

describe.concurrent('a failure does what the policy says', () => {
  const tenants = ['acme', 'crash-b', 'cobalt', 'dune']

  it.each(['halt', 'whatever'])('%s: nothing else starts, and the apply has failed at once', async (onFailure) => {
    const place = await world.place({ tenants })
    const { id } = await place.open({ batchSize: 1, onFailure })
    const apply = await place.untilSettled(id)
    expect(apply).toMatchObject({ state: 'failed', releaseStatus: 'partially_failed' })
    expect(apply.firstFailure).toMatchObject({ slug: 'crash-b', reason: 'redeploy_failed' })
    expect(apply.heldBy[0]?.text).toBe('Two tenants were not started because crash-b failed.')
    expect(await states(place, id)).toEqual({
      acme: 'completed',
      'crash-b': 'failed',
      cobalt: 'pending',
      dune: 'pending',
    })
    expect((await place.record()).calls().map(({ slug }) => slug)).toEqual(['acme', 'crash-b'])
  })

  it('pause: the rest waits for a person, whose release lets it go on; the verdict stays failed', async () => {
    const place = await world.place({ tenants })
    const { id } = await place.open({ batchSize: 1, onFailure: 'pause' })
    const paused = await place.until(id, 'it pauses', ({ state }) => state === 'paused')
    expect(paused).toMatchObject({ settled: false, needsPerson: true })
    expect((await place.record()).calls().map(({ slug }) => slug)).toEqual(['acme', 'crash-b'])
    await releaseApply(world.ctx, { id, reason: 'one is enough to know' })
    const apply = await place.untilSettled(id)
    expect(apply).toMatchObject({ state: 'failed', releaseStatus: 'partially_failed', released: true })
    expect(await states(place, id)).toEqual({
      acme: 'completed',
      'crash-b': 'failed',
      cobalt: 'completed',
      dune: 'completed',
    })
  })

  it('continue: everybody is tried, and one failure still ends it failed', async () => {
    const place = await world.place({ tenants })
    const { id } = await place.open({ batchSize: 1, onFailure: 'continue' })
    const apply = await place.untilSettled(id)
    expect(apply).toMatchObject({ state: 'failed', releaseStatus: 'partially_failed' })
    expect(apply.counts).toMatchObject({ completed: 3, failed: 1, pending: 0 })
    expect(apply.firstFailure?.slug).toBe('crash-b')
  })

  it('a failure inside the straggler budget is named, and the others go on', async () => {
    const place = await world.place({ tenants })
    const { id } = await place.open({ batchSize: 1, maxStragglers: 1 })
    expect(await place.untilSettled(id)).toMatchObject({ state: 'completed_with_stragglers' })
  })

  it('a failed canary is no straggler: nobody follows it', async () => {
    const place = await world.place({ tenants })
    const { id } = await place.open({ canary: 'crash-b', batchSize: 3, maxStragglers: 2 })
    expect(await place.untilSettled(id)).toMatchObject({ state: 'failed', releaseStatus: 'failed' })
    expect((await place.record()).calls().map(({ slug }) => slug)).toEqual(['crash-b'])
  })
})

describe.concurrent('how many move, and when', () => {
  it('the canary goes alone, soaks, and only then the others start', async () => {
    const place = await world.place({ tenants: ['acme', 'borealis', 'cobalt'] })
    const { id } = await place.open({ canary: 'cobalt', batchSize: 2, soakSeconds: 1 })
    const soaking = await place.until(id, 'it soaks', ({ heldBy }) => heldBy.some(({ kind }) => kind === 'soak'))
    expect(soaking).toMatchObject({ state: 'running', headline: expect.stringContaining('Soaking') })
    expect(soaking.heldBy.find(({ kind }) => kind === 'soak')?.until).not.toBeNull()
    expect((await place.record()).calls().map(({ slug }) => slug)).toEqual(['cobalt'])
    expect(await place.untilSettled(id)).toMatchObject({ state: 'completed' })
    const [canary, ...others] = await place.operations(id)
    for (const { startedAt } of others)
      expect(Date.parse(startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(canary?.endedAt ?? '') + 1_000)
  })

  it('never more than a batch are in flight, by the record of the fleet itself', async () => {
    const place = await world.place({ tenants: 40, timing: { lightDelayMs: 40 } })
    const { id } = await place.open({ batchSize: 4 })
    expect(await place.untilSettled(id)).toMatchObject({ state: 'completed' })
    const record = await place.record()
    expect(record.calls()).toHaveLength(40)
    expect(record.widest()).toBeGreaterThan(1)
    expect(record.widest()).toBeLessThanOrEqual(4)
    expect(record.needless()).toEqual([])
    expect(record.overlapping()).toEqual([])
  })

  it('an apply waits behind the one that holds its lane, and starts when that has settled', async () => {
    const place = await world.place({ tenants: ['slow-acme'], timing: { slowSeconds: 0.5, edgeCacheSeconds: 0 } })
    const first = await place.open()
    await place.until(first.id, 'the first begins', ({ startedAt }) => startedAt !== null)
    const second = await place.open({ sha: sha.newest })
    expect(second.heldBy.map(({ kind, by }) => `${kind} ${by}`)).toContain(`lane ${first.id}`)
    await place.untilSettled(first.id)
    expect(await place.untilSettled(second.id)).toMatchObject({ state: 'completed' })
    expect((await place.targets())['slow-acme']).toMatchObject({ observedSha: sha.newest, verdict: 'fresh' })
    expect((await place.record()).overlapping()).toEqual([])
  })
})

describe.concurrent('a person steps in', () => {
  it('a retry that backs off shows which attempt it is and when the next one comes', async () => {
    const place = await world.place({ tenants: ['flaky-acme'], environment: { retryBackoffSeconds: 1 } })
    const { id } = await place.open()
    const waiting = await place.untilOperation(
      id,
      'flaky-acme',
      'backs off',
      ({ state }) => state === 'failed_retryable',
    )
    expect(waiting).toMatchObject({ attempt: 1, attemptLimit: 3, failureReason: 'transient' })
    expect(Date.parse(waiting.retryAt ?? '')).toBeGreaterThan(Date.now() - 1_000)
    expect((await place.apply(id)).heldBy.map(({ kind }) => kind)).toContain('retry_backoff')
    expect(await place.untilSettled(id)).toMatchObject({ state: 'completed' })
    const operation = await place.operation(id, 'flaky-acme')
    const [second, first] = operation.attempts
    const waited = Date.parse(second?.startedAt ?? '') - Date.parse(first?.endedAt ?? '')
    expect(waited).toBeGreaterThanOrEqual(1_000)
  })

  it('a retry after the fault was fixed completes what had failed, and only that is asked again', async () => {
    const place = await world.place({ tenants: ['acme', 'crash-b', 'cobalt'] })
    const { id } = await place.open({ batchSize: 1 })
    expect((await place.untilSettled(id)).state).toBe('failed')
    await place.fleet.setFault(place.slug, 'crash-b', 'none')
    await retryApply(world.ctx, { id, reason: 'the image was repaired' })
    expect(await place.untilSettled(id)).toMatchObject({ state: 'completed', releaseStatus: 'completed' })
    expect((await place.record()).calls().map(({ slug }) => slug)).toEqual(['acme', 'crash-b', 'crash-b', 'cobalt'])
    expect(await place.operation(id, 'crash-b')).toMatchObject({ attempt: 2, failureReason: null, verdict: 'fresh' })
  })

  it('one operation of a paused apply is retried, and the rest follows', async () => {
    const place = await world.place({ tenants: ['crash-a', 'borealis'] })
    const { id } = await place.open({ batchSize: 1, onFailure: 'pause' })
    await place.until(id, 'it pauses', ({ state }) => state === 'paused')
    await place.fleet.setFault(place.slug, 'crash-a', 'none')
    await retryOperation(world.ctx, { id: (await place.operation(id, 'crash-a')).id })
    expect(await place.untilSettled(id)).toMatchObject({ state: 'completed' })
  })

  it('a stop lets what is in flight come to its own end, and starts nothing more', async () => {
    const place = await world.place({
      tenants: ['slow-acme', 'borealis', 'cobalt'],
      timing: { slowSeconds: 1, edgeCacheSeconds: 0 },
    })
    const { id } = await place.open({ batchSize: 1 })
    await place.untilOperation(id, 'slow-acme', 'is deploying', ({ phase }) => phase === 'deploying')
    const stopping = await stopApply(world.ctx, { id })
    expect(stopping).toMatchObject({ settled: false })
    expect(stopping.headline).toContain('Stopping')
    expect(await place.untilSettled(id)).toMatchObject({ state: 'stopped', releaseStatus: 'partially_failed' })
    expect(await states(place, id)).toEqual({ 'slow-acme': 'completed', borealis: 'stopped', cobalt: 'stopped' })
    expect((await place.record()).calls()).toHaveLength(1)
  })

  it('a cancel while in flight does the same under its own name', async () => {
    const place = await world.place({
      tenants: ['slow-acme', 'borealis'],
      timing: { slowSeconds: 1, edgeCacheSeconds: 0 },
    })
    const { id } = await place.open({ batchSize: 1 })
    await place.untilOperation(id, 'slow-acme', 'is deploying', ({ phase }) => phase === 'deploying')
    await cancelApply(world.ctx, { id, reason: 'the wrong build' })
    const apply = await place.untilSettled(id)
    expect(apply).toMatchObject({ state: 'cancelled', cancelReason: 'the wrong build' })
    expect(await states(place, id)).toEqual({ 'slow-acme': 'completed', borealis: 'cancelled' })
  })

  it('a stop while a retry waits ends the waiting', async () => {
    const place = await world.place({ tenants: ['flaky-acme'], environment: { retryBackoffSeconds: 60 } })
    const { id } = await place.open()
    await place.untilOperation(id, 'flaky-acme', 'backs off', ({ state }) => state === 'failed_retryable')
    await stopApply(world.ctx, { id })
    expect(await place.untilSettled(id, 5)).toMatchObject({ state: 'stopped' })
    expect((await place.record()).calls()).toHaveLength(1)
  })

  it('a stop that comes while a call is failing takes the place of another try', async () => {
    const place = await world.place({ tenants: ['stalls-acme'], environment: { redeployTimeoutSeconds: 2 } })
    const { id } = await place.open()
    await place.untilOperation(id, 'stalls-acme', 'is deploying', ({ phase }) => phase === 'deploying')
    await eventually('the call has arrived', async () => (await place.record()).calls().length === 1)
    await stopApply(world.ctx, { id })
    expect(await place.untilSettled(id)).toMatchObject({ state: 'stopped' })
    expect((await place.record()).calls()).toHaveLength(1)
  })
})
