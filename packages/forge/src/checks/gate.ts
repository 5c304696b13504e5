export interface StatusRow {
  /** The forge's own number of this status: of two for one context, the higher is the newer. */
  id: number
  context: string
  /** In the forge's own word. */
  state: string
}

/** What the forge says about a commit, or why nobody could read it. */
export type StatusReading = { readable: true; rows: readonly StatusRow[] } | { readable: false; reason: string }

/** What a status means for a gate; `missing` is a context that nobody has reported on. */
export const checkStates = ['success', 'failure', 'cancelled', 'skipped', 'pending', 'missing', 'unknown'] as const
export type CheckState = (typeof checkStates)[number]

const words: Readonly<Record<string, CheckState>> = {
  success: 'success',
  failure: 'failure',
  failed: 'failure',
  error: 'failure',
  timed_out: 'failure',
  startup_failure: 'failure',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  skipped: 'skipped',
  neutral: 'skipped',
  pending: 'pending',
  queued: 'pending',
  requested: 'pending',
  waiting: 'pending',
  in_progress: 'pending',
  running: 'pending',
}

/** What a forge's word means. A word that is not in the table is `unknown`, which holds. */
export function checkStateOf(word: string): CheckState {
  const plain = word.trim().toLowerCase()
  return Object.hasOwn(words, plain) ? (words[plain] as CheckState) : 'unknown'
}

/**
 * What a gate says. `pass`: every required context succeeded. `fail`: one failed. `defer`: one was cancelled or skipped,
 * which proves nothing either way and will not change by waiting. `wait`: one is missing or under way. `hold`: something
 * could not be read. `refused`: nothing is required, and an empty list passes nothing.
 */
export type ChecksOutcome = 'pass' | 'fail' | 'defer' | 'wait' | 'hold' | 'refused'

export interface ContextCheck {
  context: string
  state: CheckState
  /** The forge's word; null when missing. */
  said: string | null
  id: number | null
}

export interface ChecksGate {
  gate: ChecksOutcome
  /** Waiting longer cannot make it pass. */
  ended: boolean
  /** One for each required context, in the order required; empty when nothing could be read. */
  contexts: ContextCheck[]
  because: string
}

/** What decides when the contexts differ, the first one that finds any. */
const findings = [
  { rule: 'failed', gate: 'fail', states: ['failure'], ended: true, says: 'failed' },
  { rule: 'unknown_state', gate: 'hold', states: ['unknown'], ended: false, says: 'in a state that is not known' },
  {
    rule: 'cancelled_or_skipped',
    gate: 'defer',
    states: ['cancelled', 'skipped'],
    ended: true,
    says: 'cancelled or skipped',
  },
  {
    rule: 'missing_or_pending',
    gate: 'wait',
    states: ['missing', 'pending'],
    ended: false,
    says: 'missing or under way',
  },
] as const satisfies readonly {
  rule: string
  gate: ChecksOutcome
  states: readonly CheckState[]
  ended: boolean
  says: string
}[]
/** Every rule of the gate, in the order in which they decide. */
export const checksPrecedence: readonly string[] = [
  'nothing_required',
  'unreadable',
  ...findings.map(({ rule }) => rule),
  'all_succeeded',
]

/** Whether the checks of a commit let it through. Contexts are compared exactly; the newest row of each counts. */
export function checksGate(required: readonly string[], reading: StatusReading): ChecksGate {
  if (required.length === 0) {
    return {
      gate: 'refused',
      ended: true,
      contexts: [],
      because: 'No check is required, and zero contexts pass nothing.',
    }
  }
  if (!reading.readable) {
    return { gate: 'hold', ended: false, contexts: [], because: `The checks could not be read: ${reading.reason}` }
  }
  const newest = newestPerContext(reading.rows)
  const contexts = required.map((context): ContextCheck => {
    const row = newest.get(context)
    if (row === undefined) return { context, state: 'missing', said: null, id: null }
    return { context, state: checkStateOf(row.state), said: row.state, id: row.id }
  })
  for (const { gate, states, ended, says } of findings) {
    const found = contexts.filter(({ state }) => (states as readonly CheckState[]).includes(state))
    if (found.length === 0) continue
    const last = found.map(({ context, said }) => `${context} (${said ?? 'missing'})`).join(', ')
    return { gate, ended, contexts, because: `${found.length} of ${required.length} required checks ${says}: ${last}.` }
  }
  return { gate: 'pass', ended: true, contexts, because: `All ${required.length} required checks succeeded.` }
}

/** The newest row of each context, by the highest id, in whatever order and how often the rows come. */
export function newestPerContext(rows: readonly StatusRow[]): Map<string, StatusRow> {
  const newest = new Map<string, StatusRow>()
  for (const row of rows) {
    const known = newest.get(row.context)
    if (known === undefined || row.id >= known.id) newest.set(row.context, row)
  }
  return newest
}
