import type { Clause } from './explain.ts'
import type { ApplyState } from './states.ts'
import { updateHeadline, updateRuleText } from './update-sentences.ts'

/** Every state an external update can be in, in the order of its way. */
export const updateStates = [
  'received',
  'recorded',
  'waiting',
  'held',
  'deploying',
  'deployed',
  'observed',
  'unchanged',
  'failed',
  'superseded',
  'refused',
] as const
export type UpdateState = (typeof updateStates)[number]

/**
 * record_only: nothing is deployed · control_plane: asked to deploy · workflow: a run is ordered from a forge · in_run:
 * the sender's own run deploys, and is followed there.
 */
export const updateDeploys = ['record_only', 'control_plane', 'workflow', 'in_run'] as const
export type UpdateDeploys = (typeof updateDeploys)[number]

/** The apply that brings the update, as far as the update depends on it. */
export interface UpdateApplyFacts {
  id: string
  state: ApplyState
  settled: boolean
  started: boolean
  /** what holds it; the first one is told */
  heldBy: readonly { kind: string; text: string }[]
  /** operations of it, and how many of them … */
  total: number
  /** … the target's own answer has proved */
  onNewBuild: number
  /** … are said to be done by whoever brought them, and not proved yet */
  claimed: number
  /** … ended with a claim that nobody can check, because nothing can be asked what runs */
  notObservable: number
  /** why it failed, in one sentence; null when it did not */
  failure: string | null
}

/** What is known about one external update. The services load it, this room reads it, nothing here writes it. */
export interface UpdateFacts {
  deployName: string
  environment: string
  sha: string
  version: string | null
  refused: { rule: string; message: string; remedy: string } | null
  /** the update that had recorded the same commit before */
  sameAs: string | null
  recordedAt: Date | null
  /** a later update took its place in the slot */
  supersededBy: string | null
  deploys: UpdateDeploys
  /** why no apply could be opened; temporary: it is tried again by itself */
  openRefusal: { code: string; message: string; remedy: string; temporary: boolean } | null
  apply: UpdateApplyFacts | null
  /** what the slot held before and can go back to */
  canGoBackTo: { sha: string; version: string | null } | null
}

/** Why something has not happened yet. */
export const updateWaits = ['opening', 'approval', 'lane', 'window', 'checks', 'turn', 'person'] as const
export type UpdateWait = (typeof updateWaits)[number]

export interface UpdateProjection {
  state: UpdateState
  /** nothing is in flight any more, and nothing begins by itself */
  settled: boolean
  /** recorded, not deployed: it stands in the slot and the environment does not run it */
  backlog: boolean
  waitsFor: { kind: UpdateWait; text: string } | null
  headline: string
  because: Clause[]
}

const moving: ReadonlySet<string> = new Set(['running', 'running_degraded'])
const endedEarly: ReadonlySet<string> = new Set(['stopped', 'cancelled', 'rejected', 'rolled_back'])
const completed: ReadonlySet<string> = new Set(['completed', 'completed_with_stragglers'])

/** Nothing may change now, whoever's turn it is. */
const stoppedByRule: ReadonlySet<string> = new Set(['freeze', 'kill_switch'])

/** Which hold means what for an update. What is not listed is part of a deploy that moves. */
const waitOfHold: Readonly<Record<string, UpdateWait>> = {
  approval: 'approval',
  lane: 'lane',
  window: 'window',
  checks: 'checks',
  freeze: 'window',
  kill_switch: 'person',
  pause: 'person',
  halt: 'person',
}

interface UpdateRow {
  rule: string
  state: UpdateState
  when: (facts: UpdateFacts, apply: UpdateApplyFacts) => boolean
}

/** The first row that matches decides. Rows below `not_opened` are about an apply that exists. */
const rows = [
  { rule: 'refused', state: 'refused', when: ({ refused, supersededBy }) => refused !== null && supersededBy === null },
  {
    rule: 'received_too_late',
    state: 'superseded',
    when: ({ recordedAt, supersededBy, sameAs }) => recordedAt === null && supersededBy !== null && sameAs === null,
  },
  { rule: 'same_commit', state: 'unchanged', when: ({ recordedAt, sameAs }) => recordedAt === null && sameAs !== null },
  { rule: 'not_recorded', state: 'received', when: ({ recordedAt }) => recordedAt === null },
  { rule: 'proven', state: 'observed', when: (_, apply) => completed.has(apply.state) && apply.onNewBuild > 0 },
  {
    rule: 'claimed_only',
    state: 'deployed',
    when: (_, apply) =>
      apply.settled && apply.notObservable > 0 && apply.notObservable + apply.onNewBuild >= apply.total,
  },
  {
    rule: 'overtaken',
    state: 'superseded',
    when: ({ supersededBy }, apply) => supersededBy !== null && (!apply.started || apply.settled),
  },
  { rule: 'record_only', state: 'recorded', when: ({ deploys, apply }) => deploys === 'record_only' && apply === null },
  { rule: 'cannot_open', state: 'recorded', when: ({ openRefusal, apply }) => apply === null && openRefusal !== null },
  { rule: 'not_opened', state: 'recorded', when: ({ apply }) => apply === null },
  { rule: 'overtaken_in_lane', state: 'superseded', when: (_, apply) => apply.state === 'superseded' },
  {
    rule: 'ended_early',
    state: 'recorded',
    when: (_, apply) => endedEarly.has(apply.state) && apply.onNewBuild === 0,
  },
  {
    rule: 'deploy_failed',
    state: 'failed',
    when: (_, { state }) => state === 'failed' || endedEarly.has(state) || completed.has(state),
  },
  {
    rule: 'all_claimed',
    state: 'deployed',
    when: (_, apply) => moving.has(apply.state) && apply.claimed > 0 && apply.claimed + apply.onNewBuild >= apply.total,
  },
  { rule: 'moving', state: 'deploying', when: (_, apply) => apply.started && moving.has(apply.state) },
  {
    rule: 'held',
    state: 'held',
    when: (_, { state, started, heldBy }) =>
      started || state === 'paused' || heldBy.some(({ kind }) => stoppedByRule.has(kind)),
  },
  { rule: 'waiting', state: 'waiting', when: () => true },
] as const satisfies readonly UpdateRow[]

export type UpdateRule = (typeof rows)[number]['rule']

/** The rules in the order in which they are asked. */
export const updatePrecedence: readonly UpdateRule[] = rows.map(({ rule }) => rule)

const stateIsSettled = {
  received: false,
  recorded: true,
  waiting: false,
  held: false,
  deploying: false,
  deployed: true,
  observed: true,
  unchanged: true,
  failed: true,
  superseded: true,
  refused: true,
} as const satisfies Record<UpdateState, boolean>

const nobody: UpdateApplyFacts = {
  id: '',
  state: 'pending',
  settled: false,
  started: false,
  heldBy: [],
  total: 0,
  onNewBuild: 0,
  claimed: 0,
  notObservable: 0,
  failure: null,
}

/** What an external update is, why, and whether anything will still happen to it. Every combination has an answer. */
export function deriveUpdateState(facts: UpdateFacts): UpdateProjection {
  const apply = facts.apply ?? nobody
  const { rule, state } = rows.find(({ when }) => when(facts, apply)) as UpdateRow & { rule: UpdateRule }
  const waitsFor = waitOf(facts, state)
  // what is opened by itself later is not over, and an apply may be in flight although the verdict has fallen
  const settled = stateIsSettled[state] && waitsFor?.kind !== 'opening' && (facts.apply?.settled ?? true)
  const current = facts.recordedAt !== null && facts.supersededBy === null
  return {
    state,
    settled,
    backlog: current && (state === 'recorded' || state === 'failed' || state === 'superseded'),
    waitsFor,
    headline: updateHeadline(rule, facts),
    because: [{ rule, text: updateRuleText(rule, facts) }],
  }
}

function waitOf({ deploys, openRefusal, apply }: UpdateFacts, state: UpdateState): UpdateProjection['waitsFor'] {
  if (state === 'recorded') {
    if (apply !== null || deploys === 'record_only') return null
    if (openRefusal === null) return { kind: 'opening', text: 'Its deploy is about to be opened.' }
    const { temporary, message, remedy } = openRefusal
    return { kind: temporary ? 'opening' : 'person', text: temporary ? message : `${message} ${remedy}`.trim() }
  }
  if ((state !== 'waiting' && state !== 'held') || apply === null) return null
  const hold = apply.heldBy.find(({ kind }) => Object.hasOwn(waitOfHold, kind)) ?? apply.heldBy[0]
  if (apply.state === 'awaiting_approval') {
    return { kind: 'approval', text: hold?.text ?? 'Waiting for approval.' }
  }
  if (hold === undefined) {
    return state === 'held'
      ? { kind: 'person', text: 'Its deploy does not move, and why is not known.' }
      : { kind: 'turn', text: 'Its deploy is about to start.' }
  }
  const kind = Object.hasOwn(waitOfHold, hold.kind) ? waitOfHold[hold.kind] : undefined
  return { kind: kind ?? (state === 'held' ? 'person' : 'turn'), text: hold.text }
}
