import type { Verdict } from './freshness.ts'
import { agree, capitalised, inWords, named, tenants } from './words.ts'

export interface RollCallFacts {
  /** targets the environment knows */
  known: number
  /** known targets that can be asked: not quarantined, not without an address */
  eligible: number
  /** eligible targets that the filter or selection left */
  matched: number
  /** slugs of known targets that the control plane's last answer left out */
  missing: readonly string[]
  /** verdicts of the matched targets */
  verdicts: Partial<Record<Verdict, number>>
}

interface RollCallRow {
  outcome: string
  when: (facts: RollCallFacts, fresh: number) => boolean
  text: (facts: RollCallFacts, fresh: number) => string
}

/** What a roll call amounts to; the first row that matches decides, and only the last one is green. */
const rollCallRules = [
  { outcome: 'none_known', when: ({ known }) => !(known > 0), text: () => 'The fleet has no tenants.' },
  {
    outcome: 'none_eligible',
    when: ({ eligible }) => !(eligible > 0),
    text: ({ known }) => `None of ${tenants(known)} can be asked.`,
  },
  { outcome: 'none_matched', when: ({ matched }) => !(matched > 0), text: () => 'The filter matches no tenant.' },
  {
    outcome: 'none_fresh',
    when: (_, fresh) => !(fresh > 0),
    text: ({ matched }) =>
      matched === 1 ? 'The only tenant is not proven fresh.' : `None of ${tenants(matched)} is proven fresh.`,
  },
  {
    outcome: 'some_missing',
    when: ({ missing }) => missing.length > 0,
    text: ({ missing }) =>
      `${capitalised(tenants(missing.length))} ${agree(missing.length, 'is', 'are')} missing from the control plane's answer: ${named(missing)}.`,
  },
  {
    outcome: 'some_not_fresh',
    when: ({ matched }, fresh) => fresh !== matched,
    text: ({ matched }, fresh) =>
      `${capitalised(inWords(fresh))} of ${tenants(matched)} ${agree(fresh, 'is', 'are')} proven fresh.`,
  },
  {
    outcome: 'all_fresh',
    when: () => true,
    text: ({ matched }) =>
      matched === 1 ? 'The only tenant is proven fresh.' : `All ${tenants(matched)} are proven fresh.`,
  },
] as const satisfies readonly RollCallRow[]
export type RollCallOutcome = (typeof rollCallRules)[number]['outcome']
export const rollCallPrecedence: readonly RollCallOutcome[] = rollCallRules.map(({ outcome }) => outcome)

/**
 * Sums up what a fleet answered. Green needs every target that was asked to be fresh, at least one of them, and none
 * left out; each way of asking nobody has a name of its own.
 */
export function callRoll(facts: RollCallFacts): { outcome: RollCallOutcome; green: boolean; text: string } {
  const fresh = facts.verdicts.fresh ?? 0
  const row = rollCallRules.find(({ when }) => when(facts, fresh)) as RollCallRow & { outcome: RollCallOutcome }
  return { outcome: row.outcome, green: row.outcome === 'all_fresh', text: row.text(facts, fresh) }
}
