import { timesSlower } from '@rollcall/outbound/testing'
import { describe, expect, it } from 'vitest'
import { readEnumeration } from './enumerate.ts'
import type { Exchange } from './facts.ts'
import { dryRunBody } from './redeploy.ts'
import { casesOf } from './testing/index.ts'

const given = (status: number, body: unknown): Exchange => ({
  sent: true,
  status,
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
  streamed: false,
  fault: null,
  latencyMs: 5,
})
const rowOf = (group: string, id: string) => {
  const row = casesOf(group).find((one) => one.id === id)
  if (row === undefined) throw new Error(`no case ${id}`)
  return row
}

describe('enumerating', () => {
  it('asks for a dry run of the whole fleet with an explicit tag', () => {
    const { sent } = rowOf('rollout.enumerate', 'request-flips-only-dry-run').expect
    const body = JSON.parse(dryRunBody(sent.target_tag))
    expect(body).toMatchObject({ target_tag: sent.target_tag, dry_run: sent.dry_run, confirm: sent.confirm })
    expect(body).not.toHaveProperty('only_slugs')
    expect(() => dryRunBody('')).toThrow(TypeError)
  })

  it('names the targets in the order of the control plane and ignores rows without a slug', () => {
    const { given: row, expect: expected } = rowOf('rollout.enumerate', 'rows')
    const list = readEnumeration(given(row.status, row.body), [])
    expect(list).toMatchObject({ outcome: 'enumerated', ignoredRows: 2 })
    expect(list.targets.map(({ slug }) => slug)).toEqual(expected.slugs)
  })

  it('is no slower for a row because of what is written in it', () => {
    const body = (phase: string) =>
      given(200, { ok: true, results: Array.from({ length: 10 }, (_, i) => ({ slug: `t${i}`, phase })) })
    const bodies = new Map([500, 8_000].map((length) => [length, body('a'.repeat(length))]))
    const read = (length: number) => void readEnumeration(bodies.get(length) as Exchange, [])
    expect(timesSlower(read, 500, 16)).toBeLessThan(80)
  })

  it('is a failure when the status is not 200', () => {
    const { given: row } = rowOf('rollout.enumerate', 'not-200')
    expect(readEnumeration(given(row.status, row.body), [])).toMatchObject({ outcome: 'failed', targets: [] })
  })

  it('folds duplicates and leaves out slugs that must not meet a URL, by name', () => {
    const results = [
      { slug: 'a', phase: 'canary' },
      { slug: 'a', phase: 'batch-1' },
      { slug: '../etc' },
      { slug: 'B' },
      7,
      null,
    ]
    expect(readEnumeration(given(200, { ok: true, results }), [])).toMatchObject({
      outcome: 'enumerated',
      targets: [{ slug: 'a', phase: 'canary' }],
      ignoredRows: 4,
      invalidSlugs: ['../etc', 'B'],
    })
  })

  it.each([
    ['no results', { ok: true }],
    ['null results', { ok: true, results: null }],
    ['an empty list', { ok: true, results: [] }],
    ['only unusable rows', { ok: true, results: [{ slug: '' }, { slug: '..' }] }],
  ])('%s is "none found", never an empty success', (_, body) => {
    expect(readEnumeration(given(200, body), [])).toMatchObject({
      outcome: 'none_found',
      targets: [],
      retryable: false,
    })
  })

  it.each([
    [200, { ok: false, error: 'no' }, 'failed', false],
    [200, { results: [{ slug: 'a' }] }, 'protocol_error', false],
    [200, { ok: 'true', results: [{ slug: 'a' }] }, 'protocol_error', false],
    [200, { ok: true, results: 'a' }, 'protocol_error', false],
    [200, '<html>', 'protocol_error', false],
    [400, { ok: false }, 'refused', false],
    [401, { ok: false }, 'refused', false],
    [403, 'error code: 1010', 'refused', false],
    [502, '', 'transient', true],
    [429, '', 'transient', true],
    [301, '', 'protocol_error', false],
  ])('%i with %j is %s', (status, body, outcome, retryable) => {
    expect(readEnumeration(given(status, body), [])).toMatchObject({
      outcome,
      retryable,
      targets: [],
      httpStatus: status,
    })
  })

  it('does not take the answer of a real rollout for a list', () => {
    const results = [{ slug: 'a', ssm_status: 'Success' }]
    expect(readEnumeration(given(200, { ok: true, results }), [])).toMatchObject({ outcome: 'protocol_error' })
  })

  it('reads ten thousand rows', () => {
    const results = Array.from({ length: 10_000 }, (_, index) => ({ slug: `t-${index}`, ssm_status: 'DryRun' }))
    expect(readEnumeration(given(200, { ok: true, results }), []).targets).toHaveLength(10_000)
  })
})
