import { type ApplyState, type ReleaseStatus, terminalApplyStates } from './states.ts'

export interface ReleaseStatusFacts {
  state: ApplyState
  settled: boolean
  /** a newer build took over */
  superseded: boolean
  started: boolean
  /** operations proven on the new build */
  onNewBuild: number
  /** operations that were restored to what ran before */
  rolledBack?: number
}

interface StatusRule {
  rule: string
  status: ReleaseStatus
  when: (facts: ReleaseStatusFacts) => boolean
}

/** What the fleet looks like because of the apply; the first row that matches decides. */
const statusRules: readonly StatusRule[] = [
  {
    rule: 'newer_build_took_over',
    status: 'superseded',
    when: ({ superseded, state }) => superseded || state === 'superseded',
  },
  { rule: 'nothing_started', status: 'pending', when: ({ started }) => !started },
  {
    rule: 'still_moving',
    status: 'in_progress',
    when: ({ state, settled }) => !settled || !terminalApplyStates.has(state),
  },
  { rule: 'all_proven', status: 'completed', when: ({ state, onNewBuild }) => state === 'completed' && onNewBuild > 0 },
  {
    rule: 'restored',
    status: 'rolled_back',
    when: ({ rolledBack = 0, state, onNewBuild }) => onNewBuild === 0 && (rolledBack > 0 || state === 'rolled_back'),
  },
  { rule: 'some_on_new_build', status: 'partially_failed', when: ({ onNewBuild }) => onNewBuild > 0 },
  { rule: 'none_on_new_build', status: 'failed', when: () => true },
]
export const releaseStatusPrecedence: readonly string[] = statusRules.map(({ rule }) => rule)

/** The release status. `completed` needs at least one target proven on the new build: green is never vacuous. */
export function releaseStatus(facts: ReleaseStatusFacts): ReleaseStatus {
  return (statusRules.find(({ when }) => when(facts)) as StatusRule).status
}
