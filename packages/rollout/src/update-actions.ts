import type { Answer } from './actions.ts'
import { deriveUpdateState, type UpdateFacts } from './updates.ts'
import { shortSha } from './words.ts'

/** What people can ask of an external update, in the order in which a screen offers it. */
export const updateVerbs = ['deploy', 'force', 'rollBack'] as const
export type UpdateVerb = (typeof updateVerbs)[number]

/** Rules that guard against mistakes, which a person may overrule with a reason. The others say that it cannot be so. */
export const overridableRules: ReadonlySet<string> = new Set(['unchanged', 'older', 'order_unknown', 'stale_receipt'])
/** Why no apply could be opened, where that is a matter of order and so a person's to decide. */
const overridableRefusals: ReadonlySet<string> = new Set(['would_move_back', 'order_unknown', 'newer_in_lane'])

type Refused = { why: string; unblock: string } | null

/** Which verbs live, and for the others why not and what would make them possible: for the button and the server alike. */
export function updateActions(facts: UpdateFacts): Record<UpdateVerb, Answer> {
  const back = facts.canGoBackTo
  return {
    deploy: answer(refuseDeploy(facts), 'Deploy', facts.apply === null ? 'Deploy' : 'Retry deploy', 'nothing'),
    force: answer(refuseForce(facts), 'Force', `Force ${shortSha(facts.sha)}`, 'reason'),
    rollBack: answer(
      refuseRollBack(facts),
      'Roll back',
      `Roll back to ${back?.version ?? shortSha(back?.sha ?? '')}`,
      'reason',
    ),
  }
}

function answer(refused: Refused, label: string, allowed: string, asks: 'nothing' | 'reason'): Answer {
  return refused === null
    ? { allowed: true, label: allowed, count: null, asks }
    : { allowed: false, label, why: refused.why, unblock: refused.unblock }
}

const sendAgain = 'Send the version that should be recorded.'

/** What nobody recorded, or what a later update replaced, is neither deployed nor rolled back from here. */
function refuseNotCurrent({ recordedAt, supersededBy }: UpdateFacts): Refused {
  if (recordedAt === null) return { why: 'This update was not recorded.', unblock: sendAgain }
  if (supersededBy === null) return null
  return { why: 'A later update took its place.', unblock: 'Look at the later one, or roll it back.' }
}

function refuseDeploy(facts: UpdateFacts): Refused {
  const over = refuseNotCurrent(facts)
  if (over !== null) return over
  if (facts.deploys === 'record_only') {
    return {
      why: `${facts.deployName} is only recorded.`,
      unblock: 'Opt in with on_update.deploy in the configuration, then send the update again with force.',
    }
  }
  const { state, settled } = deriveUpdateState(facts)
  if (state === 'observed') return { why: 'It is deployed and observed.', unblock: 'Nothing is left to deploy.' }
  if (facts.apply !== null && !settled) {
    return {
      why: 'Its deploy is under way.',
      unblock: 'It becomes possible when the deploy has ended without success.',
    }
  }
  return null
}

function refuseForce(facts: UpdateFacts): Refused {
  const { refused, sameAs, supersededBy, recordedAt, openRefusal, apply } = facts
  if (refused !== null && recordedAt === null) {
    if (overridableRules.has(refused.rule)) return null
    return { why: `The rule ${refused.rule} cannot be overruled: ${refused.message}.`, unblock: refused.remedy }
  }
  if (recordedAt === null) {
    return sameAs !== null || supersededBy !== null
      ? null
      : { why: 'This update has not been judged yet.', unblock: 'It becomes possible when something refuses it.' }
  }
  const over = refuseNotCurrent(facts)
  if (over !== null) return over
  if (apply === null && openRefusal !== null && overridableRefusals.has(openRefusal.code)) return null
  return {
    why: 'Nothing that could be overruled keeps this update back.',
    unblock: 'It becomes possible when a rule of order refuses the update or its deploy.',
  }
}

function refuseRollBack(facts: UpdateFacts): Refused {
  const over = refuseNotCurrent(facts)
  if (over !== null) return over
  if (facts.canGoBackTo === null) {
    return {
      why: `Nothing else was recorded of ${facts.deployName} in ${facts.environment}.`,
      unblock: 'It becomes possible when another commit was recorded before.',
    }
  }
  return null
}
