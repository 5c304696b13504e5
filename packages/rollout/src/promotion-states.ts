import type { CommitOrder } from './promotion-order.ts'

/** Every state a promotion can be in, in the order of its walk. */
export const promotionStates = [
  'planned',
  'prechecked',
  'moving',
  'verifying',
  'done',
  'compensating',
  'undone',
  'torn',
] as const
export type PromotionState = (typeof promotionStates)[number]

export type PromotionTrigger = 'manual' | 'automatic' | 'undo'

/** Why a promotion goes no further: a stable rule, what is wrong, and what would make it possible. */
export interface PromotionFailure {
  rule: string
  message: string
  remedy: string
  repository?: string | null
}

/** Why a promotion that is not wrong does not begin: it waits for its gate, or for another promotion of its set. */
export interface PromotionHold {
  by: 'gate' | 'set'
  text: string
}

/** The journal of one image. What is intended is written before the registry is asked. */
export interface PromotionMoveFacts {
  repository: string
  sourceTag: string
  destinationTag: string
  /** what the tag is to become; null: not read yet */
  sourceDigest: string | null
  /** what the tag was when it was read; null: there was no such tag */
  previousDigest: string | null
  readAt: Date | null
  /** the tag that keeps what was before; null: nothing needs to be kept */
  snapshotTag: string | null
  snapshotAt: Date | null
  intendedAt: Date | null
  movedAt: Date | null
  verifiedAt: Date | null
  restoreIntendedAt: Date | null
  restoredAt: Date | null
  /** what the tag answered last; forgotten as soon as something is about to be done to it */
  observedDigest: string | null
  /** null: not looked at since something was about to be done to it */
  observedAt: Date | null
  /** somebody else moved the tag to this */
  foreignDigest: string | null
  failure: string | null
}

export interface PromotionFacts {
  imageSet: string
  sha: string
  trigger: PromotionTrigger
  dryRun: boolean
  openedAt: Date
  precheckedAt: Date | null
  movingAt: Date | null
  verifyingAt: Date | null
  compensatingAt: Date | null
  endedAt: Date | null
  repairedAt: Date | null
  repairedBy: string | null
  failure: PromotionFailure | null
  order: CommitOrder | null
  orderDetail: string | null
  heldBy: readonly PromotionHold[]
  /** in the order in which they are moved */
  moves: readonly PromotionMoveFacts[]
}

/** Where a tag is, as far as anybody knows. `foreign`: at something that this promotion neither brought nor found. */
export type TagPlace = 'new' | 'before' | 'foreign' | 'unknown'

/** A tag that was never touched is where it was; one that something was intended for is unknown until it is looked at. */
export function placeOf(move: PromotionMoveFacts): TagPlace {
  if (move.observedAt === null) return move.intendedAt === null ? 'before' : 'unknown'
  return placeOfDigest(move, move.observedDigest)
}

export function placeOfDigest(
  { sourceDigest, previousDigest }: Pick<PromotionMoveFacts, 'sourceDigest' | 'previousDigest'>,
  digest: string | null,
): Exclude<TagPlace, 'unknown'> {
  if (sourceDigest !== null && digest === sourceDigest) return 'new'
  return digest === previousDigest ? 'before' : 'foreign'
}

/** Whether the promotion changes this tag at all. */
export function changes({ sourceDigest, previousDigest }: PromotionMoveFacts): boolean {
  return sourceDigest !== previousDigest
}

type Rule = { rule: string; holds: (facts: PromotionFacts) => boolean; state: PromotionState }

const rules = [
  {
    rule: 'ended_dry',
    holds: ({ endedAt, dryRun, failure }) => endedAt !== null && dryRun && failure === null,
    state: 'prechecked',
  },
  {
    rule: 'ended_unmoved',
    holds: ({ endedAt, movingAt, compensatingAt }) => endedAt !== null && movingAt === null && compensatingAt === null,
    state: 'undone',
  },
  { rule: 'ended_all_new', holds: (facts) => facts.endedAt !== null && isAllNew(facts), state: 'done' },
  { rule: 'ended_none_new', holds: (facts) => facts.endedAt !== null && isNoneNew(facts), state: 'undone' },
  { rule: 'ended_mixed', holds: ({ endedAt }) => endedAt !== null, state: 'torn' },
  { rule: 'compensating', holds: ({ compensatingAt }) => compensatingAt !== null, state: 'compensating' },
  { rule: 'verifying', holds: ({ verifyingAt }) => verifyingAt !== null, state: 'verifying' },
  { rule: 'moving', holds: ({ movingAt }) => movingAt !== null, state: 'moving' },
  { rule: 'prechecked', holds: ({ precheckedAt }) => precheckedAt !== null, state: 'prechecked' },
  { rule: 'otherwise', holds: () => true, state: 'planned' },
] as const satisfies readonly Rule[]

/** The rules of a promotion's state; the first that holds decides. */
export const promotionStatePrecedence: readonly string[] = rules.map(({ rule }) => rule)

/**
 * What a promotion is, from its journal alone. How it ended is never claimed: it is `done` when every tag was seen at its
 * new digest, `undone` when none of those that it changes is there any more, and `torn` in every other case.
 */
export function derivePromotionState(facts: PromotionFacts): PromotionState {
  return rules.find(({ holds }) => holds(facts))?.state ?? 'planned'
}

/** Nothing is going on any more, and nothing will by itself. */
export function isPromotionSettled({ endedAt }: PromotionFacts): boolean {
  return endedAt !== null
}

/** A torn set is locked: nothing is promoted on top of it until the registry shows a whole set again. */
export function locksItsSet(facts: PromotionFacts): boolean {
  return derivePromotionState(facts) === 'torn'
}

function isAllNew({ moves }: PromotionFacts): boolean {
  return moves.length > 0 && moves.every((move) => move.observedAt !== null && placeOf(move) === 'new')
}

function isNoneNew({ moves }: PromotionFacts): boolean {
  return moves.every((move) => !changes(move) || placeOf(move) === 'before' || placeOf(move) === 'foreign')
}
