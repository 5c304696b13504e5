import type { UpdateApplyFacts, UpdateFacts, UpdateRule } from './updates.ts'
import { shortSha } from './words.ts'

type Tell = (facts: UpdateFacts, apply: UpdateApplyFacts | null) => string

/** The component's commit as a sentence names it: with its version, where it has one. */
function what({ deployName, version, sha }: UpdateFacts): string {
  return version === null ? `${deployName} ${shortSha(sha)}` : `${deployName} ${version} (${shortSha(sha)})`
}

const place = (facts: UpdateFacts) => `${what(facts)} for ${facts.environment}`
const full = (text: string) => (/[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`)

const endings: Readonly<Record<string, string>> = {
  stopped: 'its deploy was stopped',
  cancelled: 'its deploy was cancelled',
  rejected: 'its deploy was rejected',
  rolled_back: 'its deploy was rolled back',
}

const headlines = {
  refused: (facts) => `Refused: ${full(facts.refused?.message ?? place(facts))}`,
  received_too_late: (facts) => `Superseded: a later update of ${facts.deployName} was recorded before this one.`,
  same_commit: (facts) => `Unchanged: ${place(facts)} was recorded already.`,
  not_recorded: (facts) => `Received: ${place(facts)} is not recorded yet.`,
  proven: (facts, apply) =>
    apply?.state === 'completed_with_stragglers'
      ? `Observed, with stragglers: ${facts.environment} runs ${what(facts)}.`
      : `Observed: ${facts.environment} runs ${what(facts)}.`,
  claimed_only: (facts) => `Deployed, not observed: nothing in ${facts.environment} can be asked what it runs.`,
  overtaken: (facts) => `Superseded: a later update of ${facts.deployName} took its place.`,
  record_only: (facts) => `Recorded, not deployed: ${place(facts)} is only recorded.`,
  cannot_open: (facts) => `Recorded, not deployed: ${full(facts.openRefusal?.message ?? 'its deploy is not opened')}`,
  not_opened: (facts) => `Recorded: the deploy of ${place(facts)} is about to be opened.`,
  overtaken_in_lane: (facts) => `Superseded: another apply took the place of the one that brings ${what(facts)}.`,
  ended_early: (_, apply) => `Recorded, not deployed: ${endings[apply?.state ?? ''] ?? 'its deploy ended early'}.`,
  deploy_failed: (_, apply) =>
    apply !== null && apply.onNewBuild > 0
      ? `Recorded, deployed only in part: ${full(apply.failure ?? 'its deploy failed')}`
      : `Recorded, not deployed: ${full(apply?.failure ?? 'its deploy failed')}`,
  all_claimed: (facts) => `Deployed by claim: ${facts.environment} has not answered with ${what(facts)} yet.`,
  moving: (facts) => `Deploying ${what(facts)} to ${facts.environment}.`,
  held: (_, apply) => `Held: ${full(apply?.heldBy[0]?.text ?? 'its deploy does not move')}`,
  waiting: (facts, apply) => full(apply?.heldBy[0]?.text ?? `The deploy of ${place(facts)} is about to start`),
} as const satisfies Record<UpdateRule, Tell>

const texts = {
  refused: (facts) => `The rule ${facts.refused?.rule ?? 'unknown'} refused it. ${facts.refused?.remedy ?? ''}`.trim(),
  received_too_late: () => 'It was received before the one that is recorded now, so it was dropped.',
  same_commit: () => 'The commit is the one that is recorded, so nothing was changed.',
  not_recorded: () => 'It was taken in and has not been judged yet.',
  proven: () => 'Its apply was completed by what the targets themselves answered.',
  claimed_only: () => 'The run succeeded, which is a claim; there is no address that tells what runs.',
  overtaken: (_, apply) =>
    apply?.state === 'failed'
      ? 'A later update was recorded in its slot. Its own deploy had failed.'
      : 'A later update was recorded in its slot.',
  record_only: () => 'The configuration has no on_update.deploy for it, so nothing is deployed by itself.',
  cannot_open: (facts) => full(facts.openRefusal?.remedy || 'No apply could be opened for it'),
  not_opened: () => 'It is recorded, and the apply of this component alone comes next.',
  overtaken_in_lane: () => 'Another apply of this component and environment was opened later and began first.',
  ended_early: () => 'It is recorded, and its apply was ended before it brought anything.',
  deploy_failed: () => 'It is recorded, and its apply failed: the record says more than what runs.',
  all_claimed: () => 'Whoever brought it says that it is done; the targets have not proved it yet.',
  moving: () => 'Its apply is under way.',
  held: () => 'Its apply is held, which is not a failure.',
  waiting: () => 'Its apply is open and has not started.',
} as const satisfies Record<UpdateRule, Tell>

/** One sentence about the world. */
export function updateHeadline(rule: UpdateRule, facts: UpdateFacts): string {
  return headlines[rule](facts, facts.apply)
}

/** Why the rule decided. */
export function updateRuleText(rule: UpdateRule, facts: UpdateFacts): string {
  return texts[rule](facts, facts.apply)
}
