import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FourFacts, fourFactsPrecedence, readFourFacts } from './four-facts.ts'
import { applyStates } from './states.ts'
import { sha } from './testing/index.ts'

const observed = { tenants: 4, onRecorded: 0, seen: 4, askable: true }
const facts = (more: Partial<FourFacts> = {}): FourFacts => ({
  external: true,
  recorded: { sha: sha('b'), version: 'v2' },
  planned: null,
  attempted: null,
  observed,
  ...more,
})
const planned = { sha: sha('b'), started: false, waitsFor: 'Waiting for approval.' }
const attempted = { sha: sha('b'), state: 'completed' as const, claimed: false }

/** A row: the rule that decides, the four facts, whether it is in the backlog, and the sentence. */
const table: [string, FourFacts, boolean, string][] = [
  ['nothing_recorded', facts({ recorded: null }), false, 'No version is recorded.'],
  ['nothing_recorded', facts({ recorded: null, external: false }), false, 'No build is published.'],
  ['runs', facts({ observed: { ...observed, onRecorded: 4 } }), false, 'v2 (bbbbbbb) runs.'],
  [
    'on_its_way',
    facts({ planned: { ...planned, started: true }, observed: { ...observed, onRecorded: 1 } }),
    false,
    'v2 (bbbbbbb) is on its way: 1 of 4 tenants answers with it.',
  ],
  ['waits', facts({ planned }), false, 'v2 (bbbbbbb) waits. Waiting for approval.'],
  [
    'claimed_only',
    facts({
      attempted: { ...attempted, state: 'failed', claimed: true },
      observed: { tenants: 1, onRecorded: 0, seen: 0, askable: false },
    }),
    false,
    'v2 (bbbbbbb) is deployed by claim: nobody can be asked what runs.',
  ],
  [
    'never_brought',
    facts({ external: false, recorded: { sha: sha('b'), version: null }, observed: { ...observed, seen: 0 } }),
    false,
    'bbbbbbb was never brought here.',
  ],
  [
    'in_part',
    facts({ observed: { ...observed, onRecorded: 3 } }),
    true,
    'Recorded, not deployed everywhere: 3 of 4 tenants answer with v2 (bbbbbbb).',
  ],
  [
    'failed',
    facts({ attempted: { ...attempted, state: 'failed' } }),
    true,
    'Recorded, not deployed: the apply of v2 (bbbbbbb) failed.',
  ],
  [
    'not_proven',
    facts({ attempted }),
    true,
    'Recorded, not deployed: the apply of v2 (bbbbbbb) ended, and no tenant answers with it.',
  ],
  ['not_deployed', facts(), true, 'Recorded, not deployed: v2 (bbbbbbb).'],
  // another commit on its way, or tried before, says nothing about this one
  ['not_deployed', facts({ planned: { ...planned, sha: sha('c') } }), true, 'Recorded, not deployed: v2 (bbbbbbb).'],
  ['not_deployed', facts({ external: false }), true, 'Published, not deployed: v2 (bbbbbbb).'],
]

describe('four facts', () => {
  test.each(table)('%s', (rule, given, backlog, sentence) => {
    expect(readFourFacts(given)).toEqual({ rule, backlog, sentence })
  })

  test('are read by every rule of the list, and the table has one of each', () => {
    expect(new Set(table.map(([rule]) => rule))).toEqual(new Set(fourFactsPrecedence))
  })

  const some = fc.constantFrom(sha('b'), sha('c'))
  const any: fc.Arbitrary<FourFacts> = fc.record({
    external: fc.boolean(),
    recorded: fc.option(fc.record({ sha: some, version: fc.constantFrom(null, 'v1') }), { nil: null }),
    planned: fc.option(fc.record({ sha: some, started: fc.boolean(), waitsFor: fc.constantFrom(null, 'Waits.') }), {
      nil: null,
    }),
    attempted: fc.option(fc.record({ sha: some, state: fc.constantFrom(...applyStates), claimed: fc.boolean() }), {
      nil: null,
    }),
    observed: fc.record({ tenants: fc.nat(3), onRecorded: fc.nat(3), seen: fc.nat(3), askable: fc.boolean() }),
  })

  test('law 5: what runs is told by the tenants alone, and by all of them', () => {
    fc.assert(
      fc.property(any, (given) => {
        const { rule } = readFourFacts(given)
        if (rule === 'runs')
          expect(given.observed.onRecorded).toBeGreaterThanOrEqual(Math.max(1, given.observed.tenants))
      }),
    )
  })

  test('nothing that is recorded gets lost: it runs, is on its way, waits, was never meant here, or is in the backlog', () => {
    fc.assert(
      fc.property(any, (given) => {
        const { backlog, rule, sentence } = readFourFacts(given)
        expect(sentence).toMatch(/\.$/)
        const told = ['nothing_recorded', 'runs', 'on_its_way', 'waits', 'claimed_only', 'never_brought']
        expect(backlog).toBe(!told.includes(rule))
        if (given.external && given.recorded && !given.planned && !given.attempted?.claimed)
          expect(backlog || rule === 'runs').toBe(true)
      }),
    )
  })
})
