import type { Store } from '@rollcall/store'
import { transact } from '@rollcall/store'
import { type TestDatabase, testDatabase } from '@rollcall/store/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GateConfig } from '../configuration/configuration.ts'
import type { Context } from '../context.ts'
import { gateOf } from './gate.ts'
import { listChecks } from './list.ts'
import { type CheckFacts, recordCheck } from './record.ts'
import { reportCheck } from './report.ts'

let database: TestDatabase
let store: Store
let ctx: Context
const now = new Date('2026-03-01T12:00:00Z')

beforeAll(async () => {
  database = await testDatabase()
  store = await database.open()
  ctx = { store, actor: { name: 'ci', via: 'api' }, now: () => now }
})
afterAll(() => database?.drop())

let count = 0
const freshSha = () => {
  count += 1
  return count.toString(16).padStart(40, 'a')
}
const counted = async (sha: string) =>
  Object.fromEntries((await listChecks(ctx, { sha })).items.map(({ context, status }) => [context, status]))
const brought = (sha: string, more: Partial<CheckFacts>) =>
  transact(store, (tx) =>
    recordCheck(tx, ctx, {
      sha,
      repo: 'o/r',
      context: 'R',
      status: 'success',
      url: null,
      order: null,
      reportedBy: 'github status',
      deliveryId: null,
      at: now,
      ...more,
    }),
  )

describe('reporting a check', () => {
  it('keeps what was said, who said it and when, with its audit, and asks for the promotions of the commit', async () => {
    const sha = freshSha()
    const check = await reportCheck(ctx, { sha, context: 'e2e', status: 'success', url: 'https://ci.example/1' })
    expect(check).toMatchObject({
      sha,
      context: 'e2e',
      status: 'success',
      state: 'success',
      url: 'https://ci.example/1',
      reportedBy: 'ci',
      reportedAt: now.toISOString(),
      created: true,
    })
    expect(await store.db.auditEntry.findMany({ where: { subjectId: check.id } })).toMatchObject([
      { action: 'check.report', actor: 'ci' },
    ])
    const jobs = await database.query(
      `select singleton_key from pgboss.job where name = 'promotion.decide' and singleton_key = '${sha}'`,
    )
    expect(jobs).toHaveLength(1)
  })

  it('answers the first to the same once more, also a hundred times at once', async () => {
    const sha = freshSha()
    const same = { sha, context: 'e2e', status: 'pending' }
    const all = await Promise.all(Array.from({ length: 100 }, () => reportCheck(ctx, same)))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(all.filter(({ created }) => created)).toHaveLength(1)
  })

  it('lets the later of two within one millisecond count, and goes back to a word that was said before', async () => {
    const sha = freshSha()
    for (const status of ['pending', 'success', 'failure', 'success', 'pending'])
      await reportCheck(ctx, { sha, context: 'e2e', status })
    expect(await counted(sha)).toEqual({ e2e: 'pending' })
    expect(await store.db.check.count({ where: { sha } })).toBe(5)
  })

  it.each([
    ['a short sha', { sha: 'abc', context: 'e2e', status: 'success' }, 'sha'],
    ['no context', { sha: 'a'.repeat(40), context: ' ', status: 'success' }, 'context'],
    ['an address that runs', { sha: 'a'.repeat(40), context: 'c', status: 's', url: 'javascript:alert(1)' }, 'url'],
    ['a field that does not exist', { sha: 'a'.repeat(40), context: 'c', status: 's', state: 'x' }, 'state'],
  ])('refuses %s and names the field', async (_what, input, field) => {
    await expect(reportCheck(ctx, input)).rejects.toMatchObject({ code: 'invalid', field })
  })
})

describe('reports that come late', () => {
  it('do not win over one that their source has numbered higher, in whatever order they are handled', async () => {
    const numbered = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(numbered, async (orders) => {
        const sha = freshSha()
        for (const [index, order] of orders.entries()) {
          // received one after the other, or the other way round
          const at = new Date(now.getTime() + (index % 2 === 0 ? index : -index))
          await brought(sha, { order: BigInt(order), status: `word ${order}`, deliveryId: `dlv_${order}`, at })
        }
        expect(await counted(sha)).toEqual({ R: `word ${Math.max(...orders)}` })
      }),
      { numRuns: 25 },
    )
  })

  it('are told from numbers of another source, which say nothing about them', async () => {
    const sha = freshSha()
    await brought(sha, { order: 900n, status: 'failure', reportedBy: 'github workflow_run' })
    await brought(sha, { order: 3n, status: 'success', at: new Date(now.getTime() + 5) })
    expect(await counted(sha)).toEqual({ R: 'success' })
  })

  it('do not win over what was said meanwhile where nobody numbers them', async () => {
    const sha = freshSha()
    await brought(sha, { status: 'success', deliveryId: 'dlv_late', at: new Date(now.getTime() - 60_000) })
    await reportCheck(ctx, { sha, context: 'R', status: 'failure' })
    expect(await brought(sha, { deliveryId: 'dlv_older', at: new Date(now.getTime() - 30_000) })).toMatchObject({
      outcome: 'written',
    })
    expect(await counted(sha)).toEqual({ R: 'failure' })
  })

  it('are one row when the same delivery, or the same number, comes again', async () => {
    const sha = freshSha()
    const first = await brought(sha, { order: 7n, deliveryId: 'dlv_a' })
    expect(await brought(sha, { order: 7n, deliveryId: 'dlv_a' })).toMatchObject({
      outcome: 'known',
      check: { id: first.check.id },
    })
    expect(await brought(sha, { order: 7n, deliveryId: 'dlv_b' })).toMatchObject({ outcome: 'known' })
    expect(await brought(sha, { order: 6n, deliveryId: 'dlv_c' })).toMatchObject({
      outcome: 'late',
      check: { id: first.check.id },
    })
    expect(await store.db.check.count({ where: { sha } })).toBe(1)
  })
})

describe('a gate', () => {
  const gate = (contexts: string[], suite: string | null = null): GateConfig => ({ name: 'g', contexts, suite })
  const judged = async (config: GateConfig, said: Record<string, string>) => {
    const sha = freshSha()
    for (const [context, status] of Object.entries(said)) await reportCheck(ctx, { sha, context, status })
    return gateOf(store.db, config, sha, now)
  }

  it('passes only when every named context succeeded, and names the one that is missing', async () => {
    expect(await judged(gate(['a', 'b']), { a: 'success', b: 'success', c: 'failure' })).toMatchObject({
      outcome: 'pass',
      green: true,
      ended: true,
      at: now.toISOString(),
      contexts: [
        { context: 'a', state: 'success', said: 'success' },
        { context: 'b', state: 'success', said: 'success' },
      ],
    })
    expect(await judged(gate(['a', 'b']), { a: 'success' })).toMatchObject({
      outcome: 'wait',
      ended: false,
      green: false,
      because: [expect.stringContaining('b (missing)')],
    })
  })

  it.each([
    ['pending', 'wait'],
    ['failure', 'fail'],
    ['cancelled', 'defer'],
    ['skipped', 'defer'],
    ['a word that nobody knows', 'hold'],
  ])('turns a context that is %s into %s', async (word, outcome) => {
    expect(await judged(gate(['a']), { a: word })).toMatchObject({ outcome, green: false })
  })

  it.each([
    ['success', 'pass', 'promote'],
    ['failure', 'fail', 'abort'],
    ['timed_out', 'fail', 'abort'],
    ['cancelled', 'defer', 'defer'],
    ['canceled', 'defer', 'defer'],
    ['in_progress', 'wait', 'defer'],
    ['queued', 'wait', 'defer'],
    ['pending', 'wait', 'defer'],
    ['neutral', 'fail', 'abort'],
    ['a word that nobody knows', 'fail', 'abort'],
  ])('turns a suite that is %s into %s', async (word, outcome, decision) => {
    expect(await judged(gate([], 'e2e'), { e2e: word })).toMatchObject({ outcome, suite: { decision } })
  })

  it('passes a commit that no suite runs for, as the field does, but does not call it green', async () => {
    expect(await judged(gate([], 'e2e'), {})).toMatchObject({ outcome: 'pass', green: false, suite: { said: null } })
  })

  it('says the worst of its contexts and its suite first', async () => {
    expect(await judged(gate(['a'], 'e2e'), { a: 'pending', e2e: 'failure' })).toMatchObject({
      outcome: 'fail',
      because: [expect.stringContaining('suite'), expect.stringContaining('a (pending)')],
    })
    expect(await judged(gate(['a'], 'e2e'), { a: 'success', e2e: 'success' })).toMatchObject({ green: true })
  })

  it('is refused when it asks for nothing', async () => {
    expect(await judged(gate([]), { a: 'success' })).toMatchObject({ outcome: 'refused', green: false })
  })

  it('holds when nobody can read the checks: unreadable is not none', async () => {
    const broken = { $queryRaw: () => Promise.reject(new Error('connection lost')) } as unknown as Store['db']
    expect(await gateOf(broken, gate([], 'e2e'), freshSha(), now)).toMatchObject({
      outcome: 'hold',
      green: false,
      because: [expect.stringContaining('connection lost')],
    })
    expect(await gateOf(broken, gate(['a'], 'e2e'), freshSha(), now)).toMatchObject({ outcome: 'hold' })
  })
})
