import {
  type PromotionFacts,
  type PromotionFailure,
  type PromotionMoveFacts,
  placeOfDigest,
} from './promotion-states.ts'

/** When a tag was looked at: an answer counts only in the stage that asked for it. */
export type LookStage = 'moving' | 'verifying' | 'restoring' | 'final'

/** What the registry answered; null: there is no such tag. */
export type Look = { stage: LookStage; digest: string | null } | { stage: LookStage; unreadable: string }

export interface Trouble {
  stage: LookStage
  tries: number
  /** trying again cannot help */
  fatal: boolean
  message: string
}

/** What one driver has learned in its own life, by position. A new driver begins with nothing: the journal is enough. */
export interface Seen {
  /** the last answer since anything was done to the tag */
  looks: readonly (Look | undefined)[]
  troubles: readonly (Trouble | undefined)[]
}

export const nothingSeen: Seen = { looks: [], troubles: [] }

export interface PromotionLimits {
  /** tries to move one tag, or to read it, before everything is put back */
  forwardTries: number
  /** tries to put one tag back before the set is torn */
  restoreTries: number
}
export const promotionLimits: PromotionLimits = { forwardTries: 3, restoreTries: 5 }

export type PromotionStep =
  | { do: 'nothing' }
  | { do: 'precheck' }
  | { do: 'snapshot'; position: number }
  | { do: 'refuse'; failure: PromotionFailure }
  | { do: 'look'; position: number; stage: LookStage }
  | { do: 'move'; position: number }
  | { do: 'record_moved'; position: number; digest: string | null }
  | { do: 'begin_verifying' }
  | { do: 'record_verified'; position: number; digest: string | null }
  | { do: 'compensate'; failure: PromotionFailure; foreign: { position: number; digest: string | null } | null }
  | { do: 'restore'; position: number; stage: 'restoring' | 'final' }
  | { do: 'record_restored'; position: number; digest: string | null }
  | { do: 'record_foreign'; position: number; digest: string | null }
  | { do: 'end' }

/** The stages of a promotion's walk, in the order in which they are gone through. */
export const promotionWalk = [
  'ended',
  'compensating',
  'refused',
  'precheck',
  'dry_run',
  'snapshot',
  'moving',
  'verifying',
] as const
type Stage = (typeof promotionWalk)[number]

const walk = {
  ended: ({ endedAt }) => (endedAt === null ? null : { do: 'nothing' }),
  compensating: (facts, seen, limits) => (facts.compensatingAt === null ? null : compensatingStep(facts, seen, limits)),
  refused: ({ failure }) => (failure === null ? null : { do: 'end' }),
  precheck: ({ precheckedAt }) => (precheckedAt === null ? { do: 'precheck' } : null),
  dry_run: ({ dryRun }) => (dryRun ? { do: 'end' } : null),
  snapshot: snapshotStep,
  moving: movingStep,
  verifying: verifyingStep,
} as const satisfies Record<Stage, (facts: PromotionFacts, seen: Seen, limits: PromotionLimits) => PromotionStep | null>

/**
 * What to do next, from the journal and what the registry answered to this driver. First run, retry and recovery after a
 * crash are this one function: whatever was intended and not seen since is looked at before it is done again. It never
 * asks for a tag to be written that is at something this promotion neither found nor brought.
 */
export function nextPromotionStep(facts: PromotionFacts, seen: Seen, limits = promotionLimits): PromotionStep {
  for (const stage of promotionWalk) {
    const step = walk[stage](facts, seen, limits)
    if (step !== null) return step
  }
  return { do: 'end' }
}

/** What a look right before a write says: only a tag that is still what it was may be written. */
export function judgeBeforeMove(move: PromotionMoveFacts, digest: string | null): 'write' | 'already' | 'foreign' {
  return ({ new: 'already', before: 'write', foreign: 'foreign' } as const)[placeOfDigest(move, digest)]
}

/** The same before a tag is put back: only our own digest may be replaced. */
export function judgeBeforeRestore(move: PromotionMoveFacts, digest: string | null): 'write' | 'already' | 'foreign' {
  return ({ new: 'write', before: 'already', foreign: 'foreign' } as const)[placeOfDigest(move, digest)]
}

function snapshotStep({ moves, movingAt }: PromotionFacts, seen: Seen, limits: PromotionLimits): PromotionStep | null {
  if (movingAt !== null) return null
  const position = moves.findIndex(({ snapshotTag, snapshotAt }) => snapshotTag !== null && snapshotAt === null)
  if (position < 0) return null
  const trouble = troubleOf(seen, position, 'moving')
  if (!isBeyond(trouble, limits.forwardTries)) return { do: 'snapshot', position }
  const { repository = '', snapshotTag } = moves[position] ?? {}
  return {
    do: 'refuse',
    failure: {
      rule: 'snapshot_failed',
      message: `What was there before could not be kept as ${repository}:${snapshotTag}: ${sentence(trouble?.message ?? '')}`,
      remedy: 'Promote again when the registry takes it; nothing was moved.',
      repository,
    },
  }
}

function movingStep(facts: PromotionFacts, seen: Seen, limits: PromotionLimits): PromotionStep | null {
  const position = facts.moves.findIndex(({ movedAt }) => movedAt === null)
  const move = facts.moves[position]
  if (move === undefined) return null
  const look = lookOf(seen, position, 'moving')
  const trouble = troubleOf(seen, position, 'moving')
  // what the registry answered counts for more than how often it was asked
  if (look !== undefined && 'digest' in look) {
    const place = placeOfDigest(move, look.digest)
    if (place === 'new') return { do: 'record_moved', position, digest: look.digest }
    if (place === 'foreign') return foreignMove(move, position, look.digest)
  }
  if (isBeyond(trouble, limits.forwardTries)) return writeFailed(move, trouble?.message ?? '')
  const isKnown = look !== undefined && 'digest' in look
  // an intent without an answer, from an earlier try or an earlier life: look before acting again
  if (!isKnown && (move.intendedAt !== null || move.sourceDigest === move.previousDigest))
    return { do: 'look', position, stage: 'moving' }
  return { do: 'move', position }
}

function verifyingStep(facts: PromotionFacts, seen: Seen, limits: PromotionLimits): PromotionStep | null {
  if (facts.verifyingAt === null) return { do: 'begin_verifying' }
  const position = facts.moves.findIndex(({ verifiedAt }) => verifiedAt === null)
  const move = facts.moves[position]
  if (move === undefined) return null
  const look = lookOf(seen, position, 'verifying')
  if (look !== undefined && 'digest' in look) {
    return placeOfDigest(move, look.digest) === 'new'
      ? { do: 'record_verified', position, digest: look.digest }
      : foreignMove(move, position, look.digest)
  }
  const trouble = troubleOf(seen, position, 'verifying')
  if (!isBeyond(trouble, limits.forwardTries)) return { do: 'look', position, stage: 'verifying' }
  return {
    do: 'compensate',
    foreign: null,
    failure: {
      rule: 'verify_failed',
      message: `${move.repository}:${move.destinationTag} could not be read back: ${sentence(trouble?.message ?? '')}`,
      remedy: 'Promote again when the registry answers.',
      repository: move.repository,
    },
  }
}

/** In reverse: whoever reads while it is put back sees the same order backwards. Then everything is looked at once more. */
function compensatingStep(facts: PromotionFacts, seen: Seen, limits: PromotionLimits): PromotionStep {
  for (const [position, move] of [...facts.moves.entries()].reverse()) {
    if (move.intendedAt === null || move.restoredAt !== null || move.foreignDigest !== null) continue
    const look = lookOf(seen, position, 'restoring')
    const given = isBeyond(troubleOf(seen, position, 'restoring'), limits.restoreTries)
    if (look !== undefined && 'digest' in look) {
      const place = judgeBeforeRestore(move, look.digest)
      // a tag that the promotion did not change counts as put back, whatever it is called
      if (place === 'already' || (place === 'write' && move.sourceDigest === move.previousDigest))
        return { do: 'record_restored', position, digest: look.digest }
      if (place === 'foreign') return { do: 'record_foreign', position, digest: look.digest }
      if (!given) return { do: 'restore', position, stage: 'restoring' }
    } else if (!given) return { do: 'look', position, stage: 'restoring' }
    // given up: the others are put back all the same, so that less is left to repair by hand
  }
  // a tag that nothing was intended for is where it was, as far as this promotion goes
  if (facts.moves.every(({ intendedAt }) => intendedAt === null)) return { do: 'end' }
  for (const [position, move] of facts.moves.entries()) {
    const look = lookOf(seen, position, 'final')
    const given = isBeyond(troubleOf(seen, position, 'final'), limits.restoreTries)
    if (look === undefined || !('digest' in look)) {
      if (!given) return { do: 'look', position, stage: 'final' }
      continue
    }
    // our own write came late, after the tag was put back
    const isLate = move.restoredAt !== null && move.sourceDigest !== move.previousDigest
    if (isLate && !given && placeOfDigest(move, look.digest) === 'new')
      return { do: 'restore', position, stage: 'final' }
  }
  return { do: 'end' }
}

function lookOf(seen: Seen, position: number, stage: LookStage): Look | undefined {
  const look = seen.looks[position]
  return look?.stage === stage ? look : undefined
}

function troubleOf(seen: Seen, position: number, stage: LookStage): Trouble | undefined {
  const trouble = seen.troubles[position]
  return trouble?.stage === stage ? trouble : undefined
}

function isBeyond(trouble: Trouble | undefined, tries: number): boolean {
  return trouble !== undefined && (trouble.fatal || trouble.tries >= tries)
}

function foreignMove(move: PromotionMoveFacts, position: number, digest: string | null): PromotionStep {
  return {
    do: 'compensate',
    foreign: { position, digest },
    failure: {
      rule: 'foreign_move',
      message: `Somebody else moved ${move.repository}:${move.destinationTag} to ${digest ?? 'nothing'} meanwhile.`,
      remedy: 'Find out who moves this tag past Rollcall, then promote again. Their move was left alone.',
      repository: move.repository,
    },
  }
}

function writeFailed(move: PromotionMoveFacts, message: string): PromotionStep {
  return {
    do: 'compensate',
    foreign: null,
    failure: {
      rule: 'write_failed',
      message: `${move.repository}:${move.destinationTag} could not be moved: ${sentence(message)}`,
      remedy: 'Promote again when the registry takes it.',
      repository: move.repository,
    },
  }
}

/** The registry's words, as the end of a sentence of ours. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text || 'nobody knows why'}.`
}
