import { afterEach, describe, expect, it } from 'vitest'
import { forgeToken, type ManualClock, manualClock, startForge, type TestForge } from '../testing/index.ts'
import { createForgeClient, type ForgeClient } from './client.ts'
import { isCorrelated, progressOf } from './run-reading.ts'

const open: { close(): Promise<void> }[] = []
const kept = <T extends { close(): Promise<void> }>(one: T): T => {
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

interface World {
  forge: TestForge
  clock: ManualClock
  client: ForgeClient
}
async function world(options: Partial<Parameters<typeof startForge>[0]> = {}): Promise<World> {
  const clock = manualClock()
  const now = () => new Date(clock.now())
  const forge = kept(await startForge({ kind: 'github', now, ...options }))
  return { forge, clock, client: kept(createForgeClient({ reach: 'all', clock })) }
}
const kinds = ['github', 'gitea'] as const
const repo = 'acme/infra'
const order = {
  repo,
  workflow: 'deploy.yaml',
  ref: 'main',
  inputs: { deploy_name: 'infra' },
  correlation: { input: 'rollcall', value: 'op_7' },
  orderedAt: null,
  withinMs: 60_000,
}
const nothing = async () => {}
const posts = ({ requests }: TestForge) => requests.filter(({ method }) => method === 'POST').length

describe.each(kinds)('the run of an order at %s', (kind) => {
  it('is ordered once and found once it shows', async () => {
    const { forge, client, clock } = await world({ kind, hiddenFor: 3 })
    const found = await client.ensureRun(forge.access, order, nothing)
    expect(found).toMatchObject({
      outcome: 'found',
      runId: 1000,
      dispatched: true,
      run: { progress: { state: 'queued' } },
    })
    expect(posts(forge)).toBe(1)
    expect(clock.slept.length).toBeGreaterThan(0)
    expect(forge.runs[0]?.inputs).toEqual({ deploy_name: 'infra', rollcall: 'op_7' })
  })

  it('is the one that is there already, and is not ordered again', async () => {
    const { forge, client } = await world({ kind })
    await client.ensureRun(forge.access, order, nothing)
    const again = await client.ensureRun(forge.access, order, nothing)
    expect(again).toMatchObject({ outcome: 'found', runId: 1000, dispatched: false })
    expect(posts(forge)).toBe(1)
  })

  it.each(['silent_after_acting', 'hang_up_after_acting'] as const)(
    'is looked for, not ordered again, after %s',
    async (fault) => {
      const { forge, client } = await world({ kind })
      forge.failNext(fault, 1, '/dispatches')
      const found = await client.ensureRun(forge.access, { ...order, timeoutMs: 1000 }, nothing)
      expect(found).toMatchObject({ outcome: 'found', runId: 1000, dispatched: false })
      expect(posts(forge)).toBe(1)
    },
  )

  it('is missing when no order of it ever led to one', async () => {
    const { forge, client, clock } = await world({ kind })
    forge.failNext('server_error', 1, '/dispatches')
    const startedAt = clock.now()
    const missing = await client.ensureRun(forge.access, order, nothing)
    expect(missing).toMatchObject({ outcome: 'missing', message: expect.stringContaining('run-name must hold') })
    expect(clock.now() - startedAt).toBe(order.withinMs)
    expect(posts(forge)).toBe(1)
  })

  it('is not chosen between two', async () => {
    const { forge, client } = await world({ kind })
    for (let i = 0; i < 2; i++) await client.dispatch(forge.access, { ...order, inputs: { rollcall: 'op_7' } })
    const found = await client.ensureRun(forge.access, order, nothing)
    expect(found).toMatchObject({ outcome: 'ambiguous', runs: [{ id: 1001 }, { id: 1000 }] })
  })
})

describe('an order that may have been given before', () => {
  it('is recorded before it goes out, and from then on is only looked for', async () => {
    const { forge, client, clock } = await world({ hiddenFor: 5 })
    const recorded: Date[] = []
    const crash = client.ensureRun(forge.access, order, async (at) => {
      expect(posts(forge)).toBe(0)
      recorded.push(at)
      throw new Error('killed')
    })
    await expect(crash).rejects.toThrow('killed')
    expect(recorded).toEqual([new Date(clock.now())])
    // Nobody knows whether the order went out, so nobody gives it a second time.
    const [orderedAt] = recorded as [Date]
    expect(await client.ensureRun(forge.access, { ...order, orderedAt }, nothing)).toMatchObject({ outcome: 'missing' })
    expect(posts(forge)).toBe(0)
  })

  it('finds after a crash what was ordered right before it', async () => {
    const { forge, client, clock } = await world({ hiddenFor: 2 })
    const orderedAt = new Date(clock.now())
    await client.dispatch(forge.access, { ...order, inputs: { rollcall: 'op_7' } })
    const found = await client.ensureRun(forge.access, { ...order, orderedAt }, nothing)
    expect(found).toMatchObject({ outcome: 'found', runId: 1000, dispatched: false })
    expect(posts(forge)).toBe(1)
  })

  it('is not given while nobody can look', async () => {
    const { forge, client } = await world()
    forge.failNext('server_error')
    expect(await client.ensureRun(forge.access, order, nothing)).toMatchObject({ outcome: 'unknown' })
    expect(posts(forge)).toBe(0)
  })

  it('is refused or not sent in the words of the forge, and then was never given', async () => {
    const { forge, client } = await world()
    expect(await client.ensureRun(forge.access, { ...order, ref: 'gone' }, nothing)).toMatchObject({
      outcome: 'refused',
    })
    forge.failNext('rate_limited', 1, '/dispatches')
    expect(await client.ensureRun(forge.access, order, nothing)).toMatchObject({ outcome: 'not_sent' })
    expect(forge.runs).toHaveLength(0)
  })

  it('needs no search where the forge tells its run', async () => {
    const { forge, client, clock } = await world({ tellsRun: true, hiddenFor: 100 })
    expect(await client.ensureRun(forge.access, order, nothing)).toMatchObject({
      outcome: 'found',
      runId: 1000,
      run: null,
    })
    expect(clock.slept).toEqual([])
  })
})

describe('looking for a run', () => {
  const createdAfter = new Date('2026-01-15T10:00:00Z')
  const what = { repo, workflow: 'deploy.yaml', correlation: 'op_7', createdAfter }

  it.each(kinds)('reads to an empty page at %s, whatever size the pages have', async (kind) => {
    const { forge, client } = await world({ kind, pageClamp: 2 })
    for (let i = 0; i < 7; i++) {
      await client.dispatch(forge.access, { ...order, inputs: { rollcall: i === 0 ? 'op_7' : `op_${70 + i}` } })
    }
    const before = forge.requests.length
    expect(await client.findRun(forge.access, what)).toMatchObject({ outcome: 'found', run: { id: 1000 } })
    expect(forge.requests.length - before).toBe(5)
  })

  it('stops behind a page of nothing but older runs', async () => {
    const { forge, client } = await world({ kind: 'gitea', pageClamp: 2 })
    for (let i = 0; i < 9; i++) await client.dispatch(forge.access, { ...order, inputs: { rollcall: 'op_7' } })
    for (const run of forge.runs)
      Object.assign(run, { status: 'completed', createdAt: new Date('2026-01-14T00:00:00Z') })
    const before = forge.requests.length
    expect(await client.findRun(forge.access, what)).toEqual({ outcome: 'none' })
    expect(forge.requests.length - before).toBe(1)
  })

  it('ends unknown when one page cannot be read, even if the run stood on another', async () => {
    const { forge, client } = await world({ pageClamp: 1 })
    for (let i = 0; i < 3; i++) await client.dispatch(forge.access, { ...order, inputs: { rollcall: `op_${5 + i}` } })
    forge.failNext('html', 1, 'page=2')
    expect(await client.findRun(forge.access, what)).toMatchObject({ outcome: 'unknown' })
  })

  it('finds a name only as a word of its own', () => {
    expect(isCorrelated('Deploy infra (op_7)', 'op_7')).toBe(true)
    expect(isCorrelated('op_7', 'op_7')).toBe(true)
    expect(isCorrelated('op_71 op_7', 'op_7')).toBe(true)
    for (const title of ['op_71', 'xop_7', 'op_7-b', 'OP_7', '']) expect(isCorrelated(title, 'op_7'), title).toBe(false)
    expect(isCorrelated('anything', '')).toBe(false)
  })
})

describe.each(kinds)('following a run at %s', (kind) => {
  async function started(): Promise<World> {
    const all = await world({ kind })
    await all.client.dispatch(all.forge.access, order)
    return all
  }
  const follow = ({ client, forge }: World, more = {}) =>
    client.followRun(forge.access, { repo, runId: 1000, everyMs: 10_000, withinMs: 600_000, ...more })

  it.each([
    ['success', 'succeeded'],
    ['failure', 'failed'],
    ['timed_out', 'failed'],
    ['cancelled', 'cancelled'],
    ['skipped', 'skipped'],
    ['neutral', 'skipped'],
  ])('sees it end with %s as %s', async (conclusion, outcome) => {
    const all = await started()
    all.clock.whileAsleep = (wait) => {
      if (wait === 1) Object.assign(all.forge.runs[0] ?? {}, { status: 'in_progress' })
      if (wait === 3) all.forge.end(1000, conclusion)
    }
    const end = await follow(all)
    expect(end).toMatchObject({ outcome, run: { id: 1000, progress: { said: conclusion } } })
    expect(all.clock.slept).toEqual([10_000, 10_000, 10_000])
  })

  it('lives through trouble while it watches', async () => {
    const all = await started()
    for (const fault of ['server_error', 'html', 'hang_up_after_acting', 'rate_limited', 'moved'] as const) {
      all.forge.failNext(fault)
    }
    all.clock.whileAsleep = (wait) => {
      if (wait === 6) all.forge.end(1000, 'success')
    }
    expect(await follow(all)).toMatchObject({ outcome: 'succeeded' })
  })

  it.each(['server_error', 'bad_gateway', 'html', 'not_json', 'hang_up_after_acting', 'moved'] as const)(
    'calls it unknown, never failed, when all it ever sees is %s',
    async (fault) => {
      const all = await started()
      all.forge.end(1000, 'success')
      all.forge.failNext(fault, 100)
      const end = await follow(all, { withinMs: 30_000 })
      expect(end).toMatchObject({ outcome: 'unknown', run: null, failure: { ok: false } })
      expect(all.forge.requests.length).toBeGreaterThan(3)
    },
  )

  it('calls it unknown when the time is over, and says what was seen last', async () => {
    const all = await started()
    const end = await follow(all, { withinMs: 25_000 })
    expect(end).toMatchObject({ outcome: 'unknown', run: { id: 1000 }, message: expect.stringContaining('is queued') })
    expect(all.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBe(25_000)
    Object.assign(all.forge.runs[0] ?? {}, { status: 'completed', conclusion: 'brand_new_word' })
    expect(await follow(all, { withinMs: 5000 })).toMatchObject({
      outcome: 'unknown',
      message: expect.stringContaining('brand_new_word'),
    })
  })

  it('stops early when its token is refused or nobody waits, and that is unknown, too', async () => {
    const all = await started()
    all.forge.end(1000, 'failure')
    const other = { ...all.forge.access, token: 'another-token' }
    const refused = await all.client.followRun(other, { repo, runId: 1000, withinMs: 600_000 })
    expect(refused).toMatchObject({ outcome: 'unknown', failure: { trouble: 'refused', httpStatus: 401 } })
    const given = await follow(all, { signal: AbortSignal.abort() })
    expect(given).toMatchObject({ outcome: 'unknown', message: expect.stringContaining('nobody waits') })
    expect(all.clock.slept).toEqual([])
    expect(JSON.stringify([refused, given])).not.toContain(forgeToken)
  })

  it('waits as long as it is told to when it asked too often', async () => {
    const all = await started()
    all.forge.failNext('rate_limited')
    all.clock.whileAsleep = () => all.forge.end(1000, 'success')
    expect(await follow(all, { everyMs: 1000 })).toMatchObject({ outcome: 'succeeded' })
    expect(all.clock.slept).toEqual([7000])
  })
})

describe('how far a run is', () => {
  it.each([
    ['queued', '', 'queued'],
    ['waiting', null, 'queued'],
    ['in_progress', '', 'running'],
    ['completed', 'success', 'ended'],
    ['success', null, 'ended'],
    ['completed', null, 'unknown'],
    ['completed', 'action_required', 'unknown'],
    [null, null, 'unknown'],
    ['constructor', '', 'unknown'],
    ['completed', '__proto__', 'unknown'],
  ])('is, for %j and %j, %s', (status, conclusion, state) => {
    expect(progressOf(status, conclusion).state).toBe(state)
  })
})
