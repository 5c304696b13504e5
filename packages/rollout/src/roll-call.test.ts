import { expect, test } from 'vitest'
import { callRoll, type RollCallFacts, rollCallPrecedence } from './roll-call.ts'
import fleet from './testing/cases/fleet.json' with { type: 'json' }

const sixteen: RollCallFacts = { known: 16, eligible: 16, matched: 16, missing: [], verdicts: { fresh: 16 } }

test('law 4: each way of asking nobody has its own name and is not green', () => {
  const rows: [Partial<RollCallFacts>, string, string][] = [
    [{ known: 0, eligible: 0, matched: 0, verdicts: {} }, 'none_known', 'The fleet has no tenants.'],
    [{ eligible: 0, matched: 0, verdicts: {} }, 'none_eligible', 'None of 16 tenants can be asked.'],
    [{ matched: 0, verdicts: {} }, 'none_matched', 'The filter matches no tenant.'],
    [{ verdicts: { stale: 16 } }, 'none_fresh', 'None of 16 tenants is proven fresh.'],
    [{ missing: ['acme'] }, 'some_missing', "One tenant is missing from the control plane's answer: acme."],
    [{ verdicts: { fresh: 14, settling: 2 } }, 'some_not_fresh', '14 of 16 tenants are proven fresh.'],
    [{ verdicts: { fresh: 15 } }, 'some_not_fresh', '15 of 16 tenants are proven fresh.'],
  ]
  for (const [overrides, outcome, text] of rows) {
    expect(callRoll({ ...sixteen, ...overrides })).toEqual({ outcome, green: false, text })
  }
  expect(callRoll(sixteen)).toEqual({ outcome: 'all_fresh', green: true, text: 'All 16 tenants are proven fresh.' })
  expect(rows.map(([, outcome]) => outcome).filter((outcome, at, all) => all.indexOf(outcome) === at)).toEqual(
    rollCallPrecedence.slice(0, -1),
  )
})

const rows = fleet.groups['fleet.verdict'].flatMap(({ id, given }) =>
  given.counts ? [{ id, counts: given.counts }] : [],
)
test.each(rows)('the examples are not green, however lenient their field was: $id', ({ counts }) => {
  const { checked, quarantined, current, stale, unreachable, unhealthy } = counts
  const eligible = checked - quarantined
  const verdicts = { fresh: current, stale, unreachable, unhealthy }
  expect(callRoll({ known: checked, eligible, matched: eligible, missing: [], verdicts }).green).toBe(false)
})
