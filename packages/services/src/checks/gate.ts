import {
  type ChecksOutcome,
  checkStateOf,
  checksGate,
  type PromoteDecision,
  promoteGate,
  suiteStateOf,
} from '@rollcall/forge'
import { type Check, newestChecks } from '@rollcall/store'
import type { GateConfig } from '../configuration/configuration.ts'
import type { Reader } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import type { GateContext, GateView } from './views.ts'

/** The newest report of each context, or why nobody could read them. */
export type ChecksReading =
  | { readable: true; newest: ReadonlyMap<string, ReportedCheck> }
  | { readable: false; reason: string }
export type ReportedCheck = Pick<Check, 'context' | 'status' | 'url' | 'at'>

/** Where the contexts and the suite differ, the first of these that one of them says. */
const precedence: readonly ChecksOutcome[] = ['refused', 'fail', 'hold', 'defer', 'wait', 'pass']

/**
 * Whether the checks of a commit let it through this gate, as of `now`. Every named context must have succeeded. The
 * suite is judged by the field's table, in which a commit that no suite runs for passes without being `green`: who starts
 * something unasked asks for green. A gate that asks for nothing is refused; what cannot be read holds.
 */
export async function gateOf(db: Reader, gate: GateConfig, sha: string, now: Date): Promise<GateView> {
  const contexts = gate.suite === null ? gate.contexts : [...gate.contexts, gate.suite]
  return judgeGate(gate, sha, await readChecks(db, sha, contexts), now)
}

async function readChecks(db: Reader, sha: string, contexts: readonly string[]): Promise<ChecksReading> {
  try {
    const rows = await newestChecks(db, sha, contexts)
    return { readable: true, newest: new Map(rows.map((row) => [row.context, row])) }
  } catch (error) {
    return { readable: false, reason: foreignText((error as Error).message.trim().split('\n').at(-1) ?? '', 200) }
  }
}

/** The same, from what was read. Pure. */
export function judgeGate(gate: GateConfig, sha: string, reading: ChecksReading, now: Date): GateView {
  const required = [...new Set(gate.contexts)]
  const suite = gate.suite === null ? null : judgeSuite(gate.suite, reading)
  const findings = [
    ...(required.length === 0 && suite !== null ? [] : [judgeContexts(required, reading)]),
    ...(suite === null ? [] : [suite]),
  ].sort((a, b) => precedence.indexOf(a.outcome) - precedence.indexOf(b.outcome))
  const outcome = findings[0]?.outcome ?? 'refused'
  const suiteSaid = gate.suite === null ? null : saidOf(gate.suite, reading)
  return {
    gate: gate.name,
    sha,
    outcome,
    ended: outcome !== 'wait' && outcome !== 'hold',
    green: outcome === 'pass' && (suiteSaid === null || suiteSaid.state === 'success'),
    contexts: required.map((context) => saidOf(context, reading)),
    suite: suite && suiteSaid && { ...suiteSaid, decision: suite.decision },
    because: findings.map(({ because }) => because),
    at: now.toISOString(),
  }
}

function saidOf(context: string, reading: ChecksReading): GateContext {
  if (!reading.readable) return { context, state: 'unknown', said: null, url: null, at: null }
  const row = reading.newest.get(context)
  if (!row) return { context, state: 'missing', said: null, url: null, at: null }
  return { context, state: checkStateOf(row.status), said: row.status, url: row.url, at: row.at.toISOString() }
}

function judgeContexts(required: readonly string[], reading: ChecksReading) {
  const rows = required.flatMap((context, id) => {
    const said = saidOf(context, reading).said
    return said === null ? [] : [{ id, context, state: said }]
  })
  const { gate, because } = checksGate(required, reading.readable ? { readable: true, rows } : reading)
  return { outcome: gate, because }
}

function judgeSuite(context: string, reading: ChecksReading) {
  const { said, state } = saidOf(context, reading)
  // one word for the two spellings of cancelled
  const words = said === null ? [] : [state === 'cancelled' ? 'cancelled' : said]
  const suite = reading.readable ? { readable: true as const, state: suiteStateOf(words) } : reading
  const { decision, because } = promoteGate({ trigger: 'publish', suite })
  return { decision, outcome: outcomes[decision] ?? (state === 'cancelled' ? 'defer' : 'wait'), because }
}

/** The table says "defer" of a suite that is under way and of one that was cancelled; only the first one is waited for. */
const outcomes: Readonly<Record<PromoteDecision, ChecksOutcome | null>> = {
  promote: 'pass',
  abort: 'fail',
  defer: null,
  hold: 'hold',
  not_started: 'hold',
  refused: 'refused',
}
