import type { Answer } from './actions.ts'
import { changes, derivePromotionState, type PromotionFacts, type PromotionState } from './promotion-states.ts'
import { shortSha } from './words.ts'

/** What people can ask of a promotion, in the order in which a screen offers it. */
export const promotionVerbs = ['undo', 'repair', 'retry'] as const
export type PromotionVerb = (typeof promotionVerbs)[number]

/** What is so around a promotion, in its set. */
export interface PromotionSurroundings {
  /** a later promotion that moved tags of the set, or is about to */
  later: { id: string; sha: string; settled: boolean; undoes: boolean } | null
  /** the promotion that left the set torn */
  tornBy: { id: string; sha: string } | null
}

const labels = { undo: 'Undo', repair: 'Look again', retry: 'Promote again' } as const satisfies Record<
  PromotionVerb,
  string
>

type Refused = { why: string; unblock: string } | null

const settles = 'Wait until it is settled.'

/**
 * Which verbs live, and for the others why not and what would make them possible. The button, its tooltip and the
 * server's refusal all come from here.
 */
export function promotionActions(facts: PromotionFacts, around: PromotionSurroundings): Record<PromotionVerb, Answer> {
  const state = derivePromotionState(facts)
  const withdraws = facts.endedAt === null
  return {
    undo: answer(withdraws ? 'Withdraw' : labels.undo, refuseUndo(facts, around, state), 'confirmation'),
    repair: answer(labels.repair, refuseRepair(state), 'nothing'),
    retry: answer(labels.retry, refuseRetry(facts, around, state), 'nothing'),
  }
}

function answer(label: string, refused: Refused, asks: 'nothing' | 'confirmation'): Answer {
  return refused === null ? { allowed: true, label, count: null, asks } : { allowed: false, label, ...refused }
}

function refuseUndo(facts: PromotionFacts, { later }: PromotionSurroundings, state: PromotionState): Refused {
  const refusals = {
    planned: () => null,
    prechecked: () =>
      facts.endedAt === null
        ? null
        : { why: 'This was a dry run: it moved nothing.', unblock: 'Promote it without a dry run first.' },
    moving: () => ({ why: 'Its images are being moved.', unblock: settles }),
    verifying: () => ({ why: 'Its images are being read back.', unblock: settles }),
    compensating: () => ({ why: 'Everything is being put back already.', unblock: settles }),
    done: () => refuseUndoOfDone(facts, later),
    undone: () => ({ why: 'Nothing of this promotion is left to undo.', unblock: 'Promote the build that you want.' }),
    torn: () => ({
      why: 'The set is torn: nobody knows what an undo would find.',
      unblock: 'Repair it with the lines that are shown, then look again.',
    }),
  } satisfies Record<PromotionState, () => Refused>
  return refusals[state]()
}

function refuseUndoOfDone({ moves }: PromotionFacts, later: PromotionSurroundings['later']): Refused {
  if (later?.undoes)
    return {
      why: later.settled ? 'It was undone already.' : 'It is being undone already.',
      unblock: later.settled ? 'Promote the build that you want.' : settles,
    }
  if (later !== null)
    return {
      why: `Something newer stands there: the promotion of ${shortSha(later.sha)}.`,
      unblock: later.settled ? 'Undo the newer one first, or promote the build that you want.' : settles,
    }
  if (!moves.some(changes))
    return { why: 'This promotion changed nothing.', unblock: 'Promote the build that you want.' }
  const first = moves.find(({ previousDigest }) => previousDigest === null)
  if (first !== undefined)
    return {
      why: `There was no ${first.repository}:${first.destinationTag} before, so there is nothing to go back to.`,
      unblock: 'Promote the build that you want instead.',
    }
  return null
}

function refuseRepair(state: PromotionState): Refused {
  if (state === 'torn') return null
  return { why: 'The set is not torn.', unblock: 'It becomes possible when a promotion leaves its set torn.' }
}

function refuseRetry(facts: PromotionFacts, { tornBy }: PromotionSurroundings, state: PromotionState): Refused {
  if (facts.endedAt === null) return { why: 'This promotion is not over yet.', unblock: settles }
  if (tornBy !== null || state === 'torn')
    return {
      why: `The set is torn by the promotion of ${shortSha(tornBy?.sha ?? facts.sha)}.`,
      unblock: 'Repair it with the lines that are shown there, then look again.',
    }
  if (state === 'done') return { why: 'This promotion is done.', unblock: 'Promote another build.' }
  if (facts.trigger === 'undo')
    return { why: 'This was an undo.', unblock: 'Undo the promotion again that it was about, or promote a build.' }
  return null
}
