import { type ApplyVerb, applyActions, applyVerbs } from './actions.ts'
import { becauseOf, type Clause } from './explain.ts'
import type { ApplyFacts } from './facts.ts'
import { gateOf } from './gate.ts'
import { headlineOf } from './headline.ts'
import type { Hold } from './holds.ts'
import { releaseStatus } from './release-status.ts'
import { standingOf } from './standing.ts'
import type { ApplyState, OperationState, ReleaseStatus } from './states.ts'

export interface ApplyProjection {
  state: ApplyState
  /** the verdict has fallen */
  terminal: boolean
  /** the verdict has fallen and nothing is in flight any more */
  settled: boolean
  releaseStatus: ReleaseStatus
  counts: Record<OperationState, number>
  /** all operations, skipped ones included */
  total: number
  heldBy: Hold[]
  firstFailure: ApplyFacts['firstFailure']
  because: Clause[]
  /** the verbs that live now, the most likely first */
  nextActions: { verb: ApplyVerb; label: string }[]
  headline: string
}

/**
 * What an apply is, derived from its facts alone. The stored state is a cache of this answer, and every screen, API and
 * worker reads the same one. Costs the same for any number of operations.
 */
export function projectApply(facts: ApplyFacts, now: Date): ApplyProjection {
  const standing = standingOf(facts)
  const gate = gateOf(facts, standing, now)
  const actions = applyActions(facts, now)
  const { state, terminal, settled, started, operations, total } = standing
  return {
    state,
    terminal,
    settled,
    releaseStatus: releaseStatus({
      state,
      settled,
      superseded: facts.supersededAt !== null,
      started,
      onNewBuild: facts.onNewBuild,
      rolledBack: operations.counts.rolled_back,
    }),
    counts: { ...operations.counts },
    total,
    heldBy: gate.holds,
    firstFailure: facts.firstFailure,
    because: becauseOf(facts, standing),
    nextActions: applyVerbs.flatMap((verb) => {
      const answer = actions[verb]
      return answer.allowed ? [{ verb, label: answer.label }] : []
    }),
    headline: headlineOf(facts, standing, gate),
  }
}
