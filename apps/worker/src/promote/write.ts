import type { RetagAnswer } from '@rollcall/registry-client'
import { judgeBeforeMove, judgeBeforeRestore } from '@rollcall/rollout'
import { heartbeatPromotion, type PromotionDrive, recordIntent, recordRestoreIntent } from '@rollcall/services'
import { ask, type Drive, Replaced } from './deps.ts'

type Facts = PromotionDrive['facts']
type Move = Facts['moves'][number]

/** How a try came out: the tag is known to be at something, or it is to be looked at. */
export type Written =
  | { seen: { digest: string | null } }
  | { trouble: string; fatal: boolean; retryAfterMs: number | null }

/** What was journalled on the way; the loop goes on from these facts. */
export interface Try {
  written: Written
  facts: Facts
}

/** A leave to write is good for this long; a process that stood still for longer asks again. */
const leaveMilliseconds = 3_000

/**
 * Moves one tag to its new digest: intent, look, PUT of the identical bytes, HEAD. Three requests for the move itself,
 * and the look right before it. A PUT without an answer is not repeated here: the next step looks.
 */
export async function moveTag(drive: Drive, position: number): Promise<Try> {
  const move = moveAt(drive.promotion.facts, position)
  return writeTag(drive, position, {
    from: move.sourceDigest ?? '',
    to: move.destinationTag,
    intend: () => recordIntent(drive.deps.ctx, drive.promotion, position),
    judge: judgeBeforeMove,
  })
}

/** Puts one tag back to what it was. One that was not there before is taken away, where the registry can. */
export async function restoreTag(drive: Drive, position: number): Promise<Try> {
  const move = moveAt(drive.promotion.facts, position)
  const intend = () => recordRestoreIntent(drive.deps.ctx, drive.promotion, position)
  if (move.previousDigest !== null) {
    return writeTag(drive, position, {
      from: move.previousDigest,
      to: move.destinationTag,
      intend,
      judge: judgeBeforeRestore,
    })
  }
  const facts = await mine(intend())
  const { client, registry, deps } = drive
  const taken = await client.deleteTag(registry, move.repository, move.destinationTag, {
    ...ask(deps),
    ...(move.sourceDigest === null ? {} : { expectedDigest: move.sourceDigest }),
  })
  if (taken.outcome === 'ok') return { facts, written: { seen: { digest: null } } }
  const { message, retryable, owes, retryAfterMs } = taken
  return { facts, written: { trouble: message, fatal: !retryable && owes === 'nothing', retryAfterMs } }
}

interface Writing {
  from: string
  to: string
  intend: () => Promise<Facts | null>
  judge: typeof judgeBeforeMove
}

async function writeTag(drive: Drive, position: number, { from, to, intend, judge }: Writing): Promise<Try> {
  const { client, registry, deps, promotion } = drive
  const move = moveAt(promotion.facts, position)
  let facts = promotion.facts
  let held: Written | null = null
  const answer = await client.retag(registry, move.repository, from, to, {
    ...ask(deps),
    beforePut: async () => {
      const asked = performance.now()
      facts = await mine(intend())
      const head = await client.headManifest(registry, move.repository, to, ask(deps))
      if (head.outcome !== 'ok' && head.outcome !== 'absent') {
        held = { trouble: head.message, fatal: !head.retryable, retryAfterMs: head.retryAfterMs }
        return head.message
      }
      const digest = head.outcome === 'ok' ? head.digest : null
      const judged = judge(move, digest)
      if (judged !== 'write') {
        held = { seen: { digest } }
        return `it is ${digest ?? 'gone'}`
      }
      await stillMine(drive, asked)
      return null
    },
  })
  return { facts, written: held ?? readAnswer(answer) }
}

function readAnswer(answer: RetagAnswer): Written {
  if (answer.outcome === 'moved') return { seen: { digest: answer.digest } }
  const { message, retryable, retryAfterMs, tag } = answer
  return { trouble: message, fatal: tag === 'untouched' && !retryable, retryAfterMs }
}

/** A process that stood still between the leave and the PUT may have been replaced meanwhile. */
async function stillMine({ deps, promotion }: Drive, since: number): Promise<void> {
  for (let asked = since; performance.now() - asked > leaveMilliseconds; ) {
    asked = performance.now()
    if (!(await heartbeatPromotion(deps.ctx, promotion))) throw new Replaced()
  }
}

/** The facts after a journal entry; throws when another driver has the promotion. */
export async function mine(written: Promise<Facts | null>): Promise<Facts> {
  const facts = await written
  if (facts === null) throw new Replaced()
  return facts
}

export function moveAt(facts: Facts, position: number): Move {
  const move = facts.moves[position]
  if (move === undefined) throw new Error(`the promotion has no image ${position}`)
  return move
}
