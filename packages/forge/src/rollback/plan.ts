import { namesCommit } from './sha-prefix.ts'
import { type EnvironmentSnapshot, type EnvironmentState, isHotfixed, type Recorded, recordedOf } from './state.ts'

export interface RollbackWorld {
  /** Environments in the order of promotion. */
  ladder: readonly string[]
  state: Readonly<Record<string, EnvironmentState>>
  /** This repository's own deploys. */
  deployables: readonly string[]
  /** What the manifest's history says of the environment, newest first. */
  history: readonly EnvironmentSnapshot[]
}

export interface RollbackAsk {
  environment: string
  /** A commit, its first seven or more characters, or an exact version. Null: what was there before. */
  to: string | null
  /** Only this one; null for the whole environment. May be an external component. */
  deployable: string | null
}

export type RollbackSource = 'state' | 'previous-ring' | 'git-history'

/** Read-only: what a rollback would do. */
export interface RollbackPlan {
  ok: true
  environment: string
  target: Recorded & { source: RollbackSource; deployable: string | null }
  current: Recorded
  /** It is there already; applying changes nothing. */
  noOp: boolean
}

export const rollbackRules = [
  'environment_required',
  'environment_known',
  'first_environment',
  'hotfix_diverged',
  'deployable_known',
  'nothing_recorded',
  'target_found',
  'target_ambiguous',
  'prior_version',
] as const
export type RollbackRule = (typeof rollbackRules)[number]

export interface RollbackRefusal {
  ok: false
  rule: RollbackRule
  message: string
  remedy: string
}

/** Where an environment or one of its deployables would go back to, or why it cannot. The first rule that fails refuses. */
export function planRollback(world: RollbackWorld, ask: RollbackAsk): RollbackPlan | RollbackRefusal {
  const { environment, deployable } = ask
  if (environment.trim() === '') {
    return refused('environment_required', 'a rollback requires --env', 'Name the environment.')
  }
  if (!world.ladder.includes(environment)) {
    return refused('environment_known', `unknown environment "${environment}"`, `Known are ${world.ladder.join(', ')}.`)
  }
  const state = Object.hasOwn(world.state, environment) ? (world.state[environment] as EnvironmentState) : nothing
  const isExternal = deployable !== null && Object.hasOwn(state.external, deployable)
  const isFirst = world.ladder[0] === environment
  // An external component's trunk is elsewhere, and its updates land in the first environment: there is nothing to revert here.
  if (isFirst && !isExternal) {
    const message = `"${environment}" is the first environment: it follows the trunk`
    return refused('first_environment', message, 'Revert the commit on the trunk instead.')
  }
  if (deployable === null && isHotfixed(state)) {
    const message = `"${environment}" has diverged from trunk by a hotfix`
    return refused('hotfix_diverged', message, 'Rejoin it first, or force a promotion over an abandoned hotfix.')
  }
  if (deployable !== null && !isExternal && !world.deployables.includes(deployable)) {
    return refused('deployable_known', `unknown deployable "${deployable}"`, `Known are ${known(world, state)}.`)
  }

  if (state === nothing) {
    return refused('nothing_recorded', `nothing is recorded for "${environment}"`, 'Deploy to it once.')
  }
  const candidates = candidatesOf(world, state, deployable, isExternal)
  const [current] = candidates as [Candidate]
  const target = ask.to === null ? before(candidates) : resolved(candidates, ask.to)
  if ('ok' in target) return target
  return {
    ok: true,
    environment,
    target: { sha: target.sha, version: target.version, source: target.source, deployable },
    current: { sha: current.sha, version: current.version },
    noOp: target.sha === current.sha,
  }
}

const nothing: EnvironmentState = {
  sha: '',
  version: null,
  deploys: {},
  ref: '',
  baseSha: '',
  patches: [],
  previous: [],
  external: {},
}

type Candidate = Recorded & { source: RollbackSource }

/** What is live first, then the ring, then the history: the order in which a target is looked for. */
function candidatesOf(
  { history }: RollbackWorld,
  state: EnvironmentState,
  deployable: string | null,
  isExternal: boolean,
): Candidate[] {
  const from = (source: RollbackSource) => (one: Recorded) => ({ sha: one.sha, version: one.version, source })
  if (deployable === null) {
    return [state]
      .map(from('state'))
      .concat(state.previous.map(from('previous-ring')), history.map(from('git-history')))
  }
  if (isExternal) {
    const slot = state.external[deployable] as EnvironmentState['external'][string]
    return [slot].map(from('state')).concat(slot.previous.map(from('previous-ring')))
  }
  // The ring holds environments as a whole, and one deploy may have moved without it.
  const own = (snapshot: EnvironmentSnapshot) => recordedOf(snapshot, deployable)
  return [own(state)].map(from('state')).concat(history.map(own).map(from('git-history')))
}

function resolved(candidates: Candidate[], to: string): Candidate | RollbackRefusal {
  const found = candidates.filter(({ sha, version }) => namesCommit(sha, to) || (version !== null && version === to))
  const [first] = found
  if (first === undefined) {
    return refused(
      'target_found',
      `"${to}" not found in what was recorded`,
      'Name a commit by at least seven characters, or an exact version.',
    )
  }
  if (new Set(found.map(({ sha }) => sha.toLowerCase())).size > 1) {
    return refused('target_ambiguous', `"${to}" names more than one recorded commit`, 'Name the commit in full.')
  }
  return first
}

function before([current, ...earlier]: Candidate[]): Candidate | RollbackRefusal {
  const found = earlier.find(({ sha }) => sha !== '' && sha !== current?.sha)
  return (
    found ??
    refused(
      'prior_version',
      'there is no prior version to return to',
      'Name a target, or deploy a build that repairs it.',
    )
  )
}

function known({ deployables }: RollbackWorld, { external }: EnvironmentState): string {
  return [...deployables, ...Object.keys(external)].join(', ') || 'none'
}

function refused(rule: RollbackRule, message: string, remedy: string): RollbackRefusal {
  return { ok: false, rule, message, remedy }
}
