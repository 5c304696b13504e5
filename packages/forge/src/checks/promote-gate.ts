/** The state of a suite of checks as `status/conclusion`; `none` where there is none. */
export interface SuiteState {
  status: string
  conclusion: string
}

export type SuiteReading = { readable: true; state: SuiteState } | { readable: false; reason: string }

/** What asks for a promotion. `canary`: its own tenants were watched first; `ran` says that there were any. */
export type PromoteTrigger =
  | { trigger: 'e2e'; suite: SuiteReading }
  | { trigger: 'publish'; suite: SuiteReading }
  | { trigger: 'canary'; ran: boolean; result: string | null }
  | { trigger: 'manual' }

/**
 * `promote`: go on. `abort`: red, the tags stay. `defer`: not red, something else will ask again. `hold`: it could not be
 * read. `not_started`: this trigger starts nothing for such a suite. `refused`: nothing was proven.
 */
export type PromoteDecision = 'promote' | 'abort' | 'defer' | 'hold' | 'not_started' | 'refused'

export interface PromoteGate {
  decision: PromoteDecision
  because: string
}

const underway: readonly string[] = ['in_progress', 'queued', 'requested', 'waiting', 'pending']

/** Whether the end-to-end suite of a commit lets its images become the promoted ones. What is not listed aborts. */
export function promoteGate(ask: PromoteTrigger): PromoteGate {
  if (ask.trigger === 'manual')
    return { decision: 'promote', because: 'A person asked for it, which overrides the suite.' }
  if (ask.trigger === 'canary') {
    if (!ask.ran) return { decision: 'refused', because: 'No canary was there to be watched; skipped proves nothing.' }
    if (ask.result === 'success') return { decision: 'promote', because: 'The canaries run it.' }
    return { decision: 'refused', because: `The canaries ended ${ask.result ?? 'without a result'}.` }
  }
  if (!ask.suite.readable) {
    return {
      decision: 'hold',
      because: `The suite could not be read, which is not the same as none: ${ask.suite.reason}`,
    }
  }
  const { state } = ask.suite
  const { status, conclusion } = state
  const suite = `The end-to-end suite is ${status}${conclusion === 'none' ? '' : `/${conclusion}`}`
  if (ask.trigger === 'e2e') {
    if (status === 'completed' && conclusion === 'success') return { decision: 'promote', because: `${suite}.` }
    return { decision: 'not_started', because: `${suite}; only a green one starts a promotion.` }
  }
  if (status === 'completed' && conclusion === 'success') return { decision: 'promote', because: `${suite}.` }
  if (status === 'completed' && conclusion === 'cancelled') {
    return { decision: 'defer', because: `${suite}: a newer push took its place.` }
  }
  if (underway.includes(status)) return { decision: 'defer', because: `${suite}; its end asks again.` }
  if (status === 'none' && conclusion === 'none') {
    return { decision: 'promote', because: 'No end-to-end suite runs for a commit that changes none of its paths.' }
  }
  return { decision: 'abort', because: `${suite}, which lets nothing through.` }
}

/** The state of a suite from the newest statuses of its contexts. A word that nobody knows is kept, and aborts. */
export function suiteStateOf(states: readonly string[]): SuiteState {
  const plain = states.map((state) => state.trim().toLowerCase())
  if (plain.length === 0) return { status: 'none', conclusion: 'none' }
  if (plain.some((state) => state === 'failure' || state === 'error'))
    return { status: 'completed', conclusion: 'failure' }
  if (plain.some((state) => underway.includes(state))) return { status: 'in_progress', conclusion: 'none' }
  const other = plain.find((state) => state !== 'success')
  return { status: 'completed', conclusion: other ?? 'success' }
}
