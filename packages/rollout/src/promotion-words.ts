import {
  changes,
  derivePromotionState,
  type PromotionFacts,
  type PromotionMoveFacts,
  type PromotionState,
  placeOf,
} from './promotion-states.ts'
import { agree, capitalised, counted, inWords, named, shortSha } from './words.ts'

const images = (count: number) => counted(count, 'image')

/** One sentence that says what a promotion is and, where it does not go on by itself, why. */
export function promotionHeadline(facts: PromotionFacts): string {
  const { moves, sha, failure, dryRun } = facts
  const changed = moves.filter(changes)
  const tag = moves[0]?.destinationTag ?? 'the tag'
  const sentences = {
    planned: () => facts.heldBy[0]?.text ?? 'Waits for a worker.',
    prechecked: () => {
      if (!dryRun || facts.endedAt === null) return 'Everything was checked; nothing is moved yet.'
      if (changed.length === 0) return `Dry run: ${shortSha(sha)} is ${tag} already, nothing would move.`
      return `Dry run: ${images(changed.length)} of ${shortSha(sha)} would become ${tag}.`
    },
    moving: () => `Moving ${images(moves.length)} of ${shortSha(sha)}: ${inWords(movedOf(facts))} of them moved.`,
    verifying: () => `${capitalised(images(moves.length))} moved; reading them back.`,
    done: () => doneHeadline(facts, changed.length, tag),
    compensating: () => `Putting everything back. ${failure?.message ?? ''}`.trim(),
    undone: () => undoneHeadline(facts),
    torn: () => tornHeadline(facts),
  } satisfies Record<PromotionState, () => string>
  return sentences[derivePromotionState(facts)]()
}

/** How many tags are known to have been moved: the i of "moving i of k". */
export function movedOf({ moves }: PromotionFacts): number {
  return moves.filter(({ movedAt }) => movedAt !== null).length
}

function doneHeadline(facts: PromotionFacts, changed: number, tag: string): string {
  const repaired = facts.repairedAt === null ? '' : ` after a repair by ${facts.repairedBy ?? 'somebody'}`
  if (facts.trigger === 'undo') return `Undone on request: ${tag} is what it was before${repaired}.`
  if (changed === 0) return `${shortSha(facts.sha)} was ${tag} already; nothing had to be moved.`
  return `${shortSha(facts.sha)} is ${tag}: ${images(changed)} moved and read back${repaired}.`
}

function undoneHeadline(facts: PromotionFacts): string {
  const { failure, movingAt, moves } = facts
  const why = failure?.message ?? ''
  const told = (text: string) => `${text} ${why}`.trim()
  if (failure?.rule === 'superseded') return told('Superseded, nothing was moved.')
  if (failure?.rule === 'withdrawn') return told('Withdrawn, nothing was moved.')
  if (movingAt === null) return told('Refused, nothing was moved.')
  if (facts.repairedAt !== null)
    return told(`Repaired by ${facts.repairedBy ?? 'somebody'}: the set is whole, without this promotion.`)
  if (moves.some(({ foreignDigest }) => foreignDigest !== null))
    return told('Undone; what somebody else moved was left alone.')
  return told('Undone, everything is as it was.')
}

function tornHeadline({ moves, failure }: PromotionFacts): string {
  const changed = moves.filter(changes)
  const left = changed.filter((move) => placeOf(move) === 'new')
  const unknown = changed.filter((move) => placeOf(move) === 'unknown')
  const said = [
    left.length > 0 && `${named(left.map(shownTag))} ${agree(left.length, 'is', 'are')} new and could not be put back`,
    unknown.length > 0 && `nobody knows where ${named(unknown.map(shownTag))} ${agree(unknown.length, 'is', 'are')}`,
  ].filter((text) => text !== false)
  return `Torn: ${said.join('; ')}. The set is locked until it is whole. ${failure?.message ?? ''}`.trim()
}

/** Everything that explains the state, in the order in which it happened; empty when nothing has. */
export function promotionBecause(facts: PromotionFacts): string[] {
  const { order, orderDetail, failure, heldBy, moves, trigger } = facts
  return [
    ...heldBy.map(({ text }) => text),
    ...(order !== null && trigger !== 'undo' ? [`The commit is ${order}: ${orderDetail ?? ''}.`] : []),
    ...moves.filter((move) => move.readAt !== null && !changes(move)).map(unchanged),
    ...(failure === null ? [] : [failure.message, failure.remedy]),
    ...moves.flatMap(({ foreignDigest, ...move }) =>
      foreignDigest === null ? [] : [`${shownTag(move)} was moved by somebody else, to ${foreignDigest}.`],
    ),
  ]
}

const shownTag = ({ repository, destinationTag }: Pick<PromotionMoveFacts, 'repository' | 'destinationTag'>) =>
  `${repository}:${destinationTag}`

const unchanged = (move: PromotionMoveFacts) => `${shownTag(move)} was this image already.`

/** Where one image stands in the journal, in the words of a screen. */
export const tagStates = [
  'waiting',
  'unchanged',
  'moving',
  'moved',
  'verified',
  'restoring',
  'restored',
  'foreign',
  'not_restored',
  'unknown',
] as const
export type TagState = (typeof tagStates)[number]

export function tagStateOf(move: PromotionMoveFacts, facts: PromotionFacts): TagState {
  if (move.foreignDigest !== null) return 'foreign'
  if (facts.endedAt !== null && facts.movingAt !== null) {
    const place = placeOf(move)
    if (!changes(move)) return 'unchanged'
    if (place === 'new') return derivePromotionState(facts) === 'torn' ? 'not_restored' : 'verified'
    if (place === 'before') return move.intendedAt === null ? 'waiting' : 'restored'
    return place
  }
  if (move.restoredAt !== null) return 'restored'
  if (move.restoreIntendedAt !== null) return 'restoring'
  if (move.readAt !== null && !changes(move)) return 'unchanged'
  if (move.verifiedAt !== null) return 'verified'
  if (move.movedAt !== null) return 'moved'
  return move.intendedAt === null ? 'waiting' : 'moving'
}
