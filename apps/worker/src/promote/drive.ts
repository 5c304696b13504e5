import {
  type LookStage,
  nextPromotionStep,
  type PromotionStep,
  promotionLimits,
  type TagLook,
  type TagTrouble,
} from '@rollcall/rollout'
import {
  beginCompensating,
  beginVerifying,
  endPromotion,
  followPromotion,
  heartbeatPromotion,
  recordForeign,
  recordMoved,
  recordPrecheck,
  recordRefusal,
  recordRestored,
  recordTrouble,
  recordVerified,
  takePromotion,
} from '@rollcall/services'
import { withHeart } from '../heart.ts'
import { ask, type Drive, type PromoteDeps, Replaced } from './deps.ts'
import { readImages, refusedImages } from './precheck.ts'
import { lookForRepair } from './repair.ts'
import { keepSnapshot } from './snapshot.ts'
import { mine, moveAt, moveTag, restoreTag, type Try } from './write.ts'

/** Between two tries, in milliseconds; the last one for all that follow. */
const pauses = [500, 1_000, 2_000, 4_000, 8_000]
const longestPause = 30_000
const precheckTries = 2

/**
 * Drives one promotion from wherever its journal stands to its end. The core decides each step; here is only done what it
 * says, and written down. Returns when it has ended, waits, or somebody else has it; throws when `signal` asks to hand over.
 */
export async function drivePromotion(deps: PromoteDeps, promotionId: string, signal: AbortSignal): Promise<void> {
  const promotion = await takePromotion(deps.ctx, promotionId, deps.driver)
  if (promotion) {
    try {
      await withHeart(
        () => heartbeatPromotion(deps.ctx, promotion),
        signal,
        async (alive) => {
          const door = await deps.registries.doorTo(promotion.plan.registry)
          if ('refusal' in door) return await withoutDoor(deps, promotion, door.refusal)
          const drive: Drive = { deps, promotion, ...door }
          if (promotion.task === 'repair') await lookForRepair(drive)
          else await new Walk(drive, alive).toTheEnd()
        },
      )
    } catch (error) {
      if (error instanceof Replaced) return
      throw error
    }
  }
  await followPromotion(deps.ctx, promotionId)
}

/** Without credentials nobody is asked: nothing begins, and what has begun waits until somebody can be asked again. */
async function withoutDoor(deps: PromoteDeps, promotion: Drive['promotion'], refusal: string): Promise<void> {
  if (promotion.facts.precheckedAt !== null || promotion.task === 'repair') throw new Error(refusal)
  await mine(recordPrecheck(deps.ctx, promotion, refusedImages(promotion, refusal)))
  await mine(endPromotion(deps.ctx, promotion, []))
}

class Walk {
  #drive: Drive
  readonly #signal: AbortSignal
  #looks: (TagLook | undefined)[] = []
  #troubles: (TagTrouble | undefined)[] = []

  constructor(drive: Drive, signal: AbortSignal) {
    this.#drive = drive
    this.#signal = signal
  }

  async toTheEnd(): Promise<void> {
    const { deps, promotion } = this.#drive
    for (;;) {
      this.#signal.throwIfAborted()
      const seen = { looks: this.#looks, troubles: this.#troubles }
      const step = nextPromotionStep(promotion.facts, seen, deps.limits ?? promotionLimits)
      if (step.do === 'nothing') return
      // a promotion takes minutes, and what may be sent to its registry can change meanwhile
      const door = await deps.registries.doorTo(promotion.plan.registry)
      if ('refusal' in door) {
        if ('position' in step) await mine(recordTrouble(deps.ctx, promotion, step.position, door.refusal))
        return withoutDoor(deps, promotion, door.refusal)
      }
      this.#drive = { ...this.#drive, ...door }
      promotion.facts = await this.#take(step)
    }
  }

  async #take(step: Exclude<PromotionStep, { do: 'nothing' }>): Promise<Drive['promotion']['facts']> {
    const { deps, promotion } = this.#drive
    const { ctx } = deps
    switch (step.do) {
      case 'precheck':
        return this.#precheck()
      case 'snapshot':
        return this.#snapshot(step.position)
      case 'look':
        return this.#look(step.position, step.stage)
      case 'move':
        return this.#try(step.position, 'moving', () => moveTag(this.#drive, step.position))
      case 'restore':
        return this.#try(step.position, step.stage, () => restoreTag(this.#drive, step.position))
      case 'record_moved':
        return mine(recordMoved(ctx, promotion, step.position, step.digest))
      case 'begin_verifying':
        return mine(beginVerifying(ctx, promotion))
      case 'record_verified':
        return mine(recordVerified(ctx, promotion, step.position, step.digest))
      case 'compensate':
        return mine(beginCompensating(ctx, promotion, step.failure, step.foreign))
      case 'record_restored':
        return mine(recordRestored(ctx, promotion, step.position, step.digest))
      case 'record_foreign':
        return mine(recordForeign(ctx, promotion, step.position, step.digest))
      case 'refuse':
        return mine(recordRefusal(ctx, promotion, step.failure))
      case 'end':
        return mine(endPromotion(ctx, promotion, this.#lastLooks()))
    }
  }

  async #precheck() {
    for (let tries = 1; ; tries++) {
      const readings = await readImages(this.#drive)
      const isReadable = readings.every(
        ({ source, destination }) => source.state !== 'unreadable' && destination.state !== 'unreadable',
      )
      if (isReadable || tries >= precheckTries)
        return mine(recordPrecheck(this.#drive.deps.ctx, this.#drive.promotion, readings))
      await this.#pause(tries, null)
    }
  }

  async #snapshot(position: number) {
    const facts = await this.#try(position, 'moving', () => keepSnapshot(this.#drive, position))
    // what was hard to keep says nothing about how hard it is to move
    if (facts.moves[position]?.snapshotAt) this.#troubles[position] = undefined
    return facts
  }

  async #look(position: number, stage: LookStage) {
    const { client, registry, deps, promotion } = this.#drive
    const { repository, destinationTag } = moveAt(promotion.facts, position)
    const head = await client.headManifest(registry, repository, destinationTag, ask(deps))
    if (head.outcome === 'ok' || head.outcome === 'absent') {
      this.#looks[position] = { stage, digest: head.outcome === 'ok' ? head.digest : null }
      return promotion.facts
    }
    // what is no answer now may be one later, whatever the reason: only its writes are given up for good
    await this.#trouble(position, stage, head.message, false, head.retryAfterMs)
    return promotion.facts
  }

  /** One try to write: it tells where the tag is, or counts as trouble and leaves the tag to be looked at. */
  async #try(position: number, stage: LookStage, write: () => Promise<Try>) {
    const { deps, promotion } = this.#drive
    this.#looks[position] = undefined
    const { written, facts } = await write()
    if ('seen' in written) {
      this.#looks[position] = { stage, digest: written.seen.digest }
      return facts
    }
    const after = await mine(recordTrouble(deps.ctx, promotion, position, written.trouble))
    await this.#trouble(position, stage, written.trouble, written.fatal, written.retryAfterMs)
    return after
  }

  async #trouble(position: number, stage: LookStage, message: string, fatal: boolean, retryAfterMs: number | null) {
    const before = this.#troubles[position]
    const tries = before?.stage === stage ? before.tries + 1 : 1
    this.#troubles[position] = { stage, tries, fatal, message }
    if (!fatal) await this.#pause(tries, retryAfterMs)
  }

  #pause(tries: number, retryAfterMs: number | null): Promise<void> {
    const own = pauses[Math.min(tries, pauses.length) - 1] ?? 500
    return this.#drive.deps.pause(Math.min(Math.max(own, retryAfterMs ?? 0), longestPause), this.#signal)
  }

  #lastLooks() {
    return this.#drive.promotion.facts.moves.map((_, position) => {
      const look = this.#looks[position]
      return look?.stage === 'final' && 'digest' in look ? { digest: look.digest } : undefined
    })
  }
}
