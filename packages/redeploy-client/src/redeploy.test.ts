import { timesSlower } from '@rollcall/outbound/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Exchange } from './facts.ts'
import { readRedeploy, scopedBody } from './redeploy.ts'
import { type Case, casesOf } from './testing/index.ts'

const given = (part: Partial<Exchange>): Exchange => ({
  sent: true,
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '',
  streamed: false,
  fault: null,
  latencyMs: 5,
  ...part,
})
const answered = (status: number, body: unknown) => given({ status, body: JSON.stringify(body) })
const scope = { slugs: ['a'], tag: 'staging-abcdef1' }
const good = { slug: 'a', phase: 'batch-1', ssm_status: 'Success', ssm_exit_code: 0, healthz_ok: true }

describe('the body of a scoped call', () => {
  it('names its targets, its tag and nothing that the control plane could read as "everybody"', () => {
    expect(JSON.parse(scopedBody({ slugs: ['a', 'b'], tag: 'staging-abcdef1' }))).toEqual({
      target_tag: 'staging-abcdef1',
      only_slugs: ['a', 'b'],
      batch_size: 2,
      soak_seconds: 0,
      dry_run: false,
      confirm: true,
    })
  })

  it('has no canary, also not an empty one', () => {
    for (const { id } of casesOf('request.plan').filter(({ id }) => id.startsWith('empty-canary'))) {
      expect(scopedBody(scope), id).not.toContain('canary')
    }
  })

  it.each([
    ['an empty scope', { slugs: [], tag: 't' }],
    ['no tag', { slugs: ['a'], tag: '' }],
    ['an undefined tag', { slugs: ['a'], tag: undefined as unknown as string }],
    ['a tag that is none', { slugs: ['a'], tag: 'a b' }],
    ['a slug that is none', { slugs: ['a', '../b'], tag: 't' }],
    ['a slug twice', { slugs: ['a', 'a'], tag: 't' }],
    ['a batch that is no number', { slugs: ['a'], tag: 't', batchSize: 'three' as unknown as number }],
    ['a batch of zero', { slugs: ['a'], tag: 't', batchSize: 0 }],
    ['a soak', { slugs: ['a'], tag: 't', soakSeconds: -1 as 0 }],
  ])('is not made from %s', (_, wrong) => expect(() => scopedBody(wrong)).toThrow(TypeError))

  it('is never made for nobody, as the field recommends', () => {
    const [row] = casesOf('rollout.scoped-body')
    expect(() => scopedBody({ slugs: row?.given.slugs, tag: row?.given.base.target_tag })).toThrow(TypeError)
  })
})

describe('classifying an answer', () => {
  const words: Record<string, string> = {
    'accepted-complete': 'accepted',
    'protocol-error': 'protocol_error',
    rejected: 'refused',
    failed: 'failed',
  }
  it.each(casesOf('response.classify'))('agrees with the field about $id', ({ id, given: row, expect: expected }) => {
    const body = typeof row.body === 'string' ? row.body : JSON.stringify(row.body)
    if (row.status === null) {
      // The field makes a failure of it. Nothing is known, and that is what we say.
      const fault = { code: 'reset', message: 'socket hang up' } as const
      expect(readRedeploy(given({ status: null, fault }), scope, []).outcome, id).toBe('unknown')
      return
    }
    const answer = readRedeploy(given({ status: row.status, body }), scope, [])
    expect(answer.outcome).toBe(words[expected.outcome])
    if (expected.retry !== undefined) expect(answer.retryable).toBe(expected.retry)
    if (expected.rows_usable) expect(answer.rows).toMatchObject([{ slug: 'a', ok: false }])
  })

  it.each(casesOf('rollout.retry').filter(({ given: row }) => row.statuses))(
    'calls the last status of $id what its caller may do with it',
    ({ given: row, expect: expected }) => {
      const statuses: number[] = row.statuses
      statuses.forEach((status, index) => {
        const answer = readRedeploy(answered(status, { ok: status === 200, results: [good] }), scope, [])
        // The field's own loop went on exactly after a status that we call retryable, up to its fourth attempt.
        expect(answer.retryable, String(status)).toBe(index < expected.attempts - 1 || [502, 503, 504].includes(status))
      })
    },
  )

  it('says the status, the text and the target of an edge error, cut to 500', () => {
    const row = casesOf('rollout.retry').find(({ id }) => id === 'error-detail-surfaces') as Case
    const { status, body, slugs } = row.given
    const answer = readRedeploy(answered(status, body), { ...scope, slugs }, [])
    for (const part of row.expect.message_contains) expect(answer.message).toContain(part)
    const long = readRedeploy(answered(502, { error: 'x '.repeat(2000) }), scope, [])
    expect(long.message.length).toBeLessThanOrEqual(row.expect.max_detail_chars)
  })

  it.each([
    [400, 'refused', false, 'nothing'],
    [401, 'refused', false, 'nothing'],
    [403, 'refused', false, 'nothing'],
    [404, 'refused', false, 'nothing'],
    [409, 'refused', false, 'nothing'],
    [429, 'transient', true, 'look_before_retry'],
    [500, 'failed', false, 'look'],
    [501, 'failed', false, 'look'],
    [502, 'transient', true, 'look_before_retry'],
    [503, 'transient', true, 'look_before_retry'],
    [504, 'transient', true, 'look_before_retry'],
    [524, 'transient', true, 'look_before_retry'],
    [202, 'protocol_error', false, 'look'],
    [204, 'protocol_error', false, 'look'],
    [302, 'protocol_error', false, 'look'],
  ])('a %i is %s (retryable %s, owes %s)', (status, outcome, retryable, owes) => {
    expect(readRedeploy(answered(status, { ok: false, error: 'no' }), scope, [])).toMatchObject({
      outcome,
      retryable,
      owes,
      httpStatus: status,
    })
  })

  it('knows an edge firewall from a credential', () => {
    const html = { 'content-type': 'text/html', server: 'cloudflare' }
    const edge = readRedeploy(given({ status: 403, body: 'error code: 1010', headers: html }), scope, [])
    expect(edge.message).toContain('edge firewall')
    expect(readRedeploy(answered(403, { error: 'no' }), scope, []).message).toContain('credential')
    const either = readRedeploy(given({ status: 403, headers: {}, body: '' }), scope, []).message
    expect(either).toMatch(/edge firewall or the credential/)
  })

  it.each([
    ['an error', { error: 'bad' }],
    ['a failed command', { ssm_status: 'Failed' }],
    ['an exit code', { ssm_exit_code: 1 }],
    ['no health', { healthz_ok: false }],
    ['health left out', { healthz_ok: undefined }],
    ['another image', { verified_on_target: false }],
    ['only a dry run', { ssm_status: 'DryRun' }],
  ])('does not take a row with %s for a good one, whatever ok says', (_, change) => {
    const answer = readRedeploy(answered(200, { ok: true, results: [{ ...good, ...change }] }), scope, [])
    expect(answer).toMatchObject({ outcome: 'failed', owes: 'look', rows: [{ slug: 'a', ok: false }], missing: [] })
  })

  it('takes a row of a substrate without shells for a good one', () => {
    const row = { slug: 'a', healthz_ok: true, verified_on_target: true }
    const answer = readRedeploy(answered(200, { ok: true, results: [row] }), scope, [])
    expect(answer).toMatchObject({
      outcome: 'accepted',
      owes: 'look',
      rows: [{ ok: true, verifiedOnTarget: true, error: null }],
    })
  })

  it('does not read "the image was inspected" out of an answer that does not say it', () => {
    expect(readRedeploy(answered(200, { ok: true, results: [good] }), scope, []).rows[0]?.verifiedOnTarget).toBeNull()
  })

  it('names a missing row, and counts no row that nobody asked for', () => {
    const two = { slugs: ['a', 'b'], tag: 't1' }
    const answer = readRedeploy(answered(200, { ok: true, results: [good, { ...good, slug: 'c' }] }), two, [])
    expect(answer).toMatchObject({ outcome: 'partial', missing: ['b'], unasked: ['c'], owes: 'look' })
    expect(answer.message).toContain('b')
    expect(readRedeploy(answered(200, { ok: true, results: [] }), scope, [])).toMatchObject({
      outcome: 'partial',
      missing: ['a'],
    })
    expect(readRedeploy(answered(200, { ok: true }), scope, [])).toMatchObject({ outcome: 'partial', missing: ['a'] })
  })

  it('names no more than ten that nobody asked for', () => {
    const rows = (count: number) => Array.from({ length: count }, (_, i) => ({ ...good, slug: `x${i}` }))
    const { unasked } = readRedeploy(answered(200, { ok: true, results: [good, ...rows(60)] }), scope, [])
    expect(unasked).toEqual(rows(10).map(({ slug }) => slug))
  })

  it('is no slower for a row because of what is written in it', () => {
    const body = (slug: string) =>
      answered(200, { ok: true, results: Array.from({ length: 10 }, () => ({ ...good, slug })) })
    const bodies = new Map([500, 8_000].map((length) => [length, body('a'.repeat(length))]))
    const read = (length: number) => void readRedeploy(bodies.get(length) as Exchange, scope, [])
    expect(timesSlower(read, 500, 16)).toBeLessThan(80)
  })

  it('counts a straggler and the worse of two rows as failed', () => {
    expect(readRedeploy(answered(200, { ok: true, results: [good], stragglers: ['a'] }), scope, []).outcome).toBe(
      'failed',
    )
    const twice = [{ ...good, healthz_ok: false }, good]
    expect(readRedeploy(answered(200, { ok: true, results: twice }), scope, []).outcome).toBe('failed')
    expect(readRedeploy(answered(200, { ok: true, results: twice.toReversed() }), scope, []).outcome).toBe('failed')
  })

  it('is not confused by rows that are blank, no objects or of odd types', () => {
    const results = [
      null,
      7,
      'a',
      [],
      {},
      { slug: '' },
      { slug: 5 },
      { phase: 'batch-1' },
      { ...good, ssm_exit_code: '0', phase: 4 },
    ]
    expect(readRedeploy(answered(200, { ok: true, results }), scope, []).outcome).toBe('accepted')
  })

  it('keeps the rows of a halted rollout', () => {
    const body = { ok: false, error: 'halted', results: [{ slug: 'a', error: 'bad' }] }
    for (const status of [200, 500]) {
      const answer = readRedeploy(answered(status, body), { slugs: ['a', 'b'], tag: 't1' }, [])
      expect(answer).toMatchObject({
        outcome: 'failed',
        retryable: false,
        rows: [{ slug: 'a', ok: false, error: 'bad' }],
        missing: ['b'],
      })
      expect(answer.message).toMatch(/halted.*a: bad/)
    }
  })

  it('never says accepted without a literal true and a good row for each target, and never throws', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ ok: fc.anything(), results: fc.array(fc.anything()), stragglers: fc.anything() })
        .map((value) => JSON.stringify(value) ?? ''),
    )
    fc.assert(
      fc.property(anything, fc.integer({ min: 100, max: 599 }), (body, status) => {
        const answer = readRedeploy(given({ status, body }), { slugs: ['zz-never-in-there'], tag: 't1' }, [])
        expect(answer.outcome).not.toBe('accepted')
        expect(answer.message.length).toBeLessThanOrEqual(500)
      }),
    )
  })
})
