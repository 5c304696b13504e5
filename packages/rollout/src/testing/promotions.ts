import {
  judgeBeforeMove,
  judgeBeforeRestore,
  type LookStage,
  nextPromotionStep,
  type PromotionFacts,
  type PromotionMoveFacts,
  type PromotionSeen,
  type PromotionStep,
  type TagLook,
} from '../promotions.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, seconds))

/** A move that was read and nothing else: `new` is to replace `before`. */
export function promotionMove(position: number, more: Partial<PromotionMoveFacts> = {}): PromotionMoveFacts {
  return {
    repository: `demo/image-${position}`,
    sourceTag: 'staging-abc1234',
    destinationTag: 'latest',
    sourceDigest: `new-${position}`,
    previousDigest: `before-${position}`,
    readAt: at(0),
    snapshotTag: null,
    snapshotAt: null,
    intendedAt: null,
    movedAt: null,
    verifiedAt: null,
    restoreIntendedAt: null,
    restoredAt: null,
    observedDigest: null,
    observedAt: null,
    foreignDigest: null,
    failure: null,
    ...more,
  }
}

/** A promotion that was checked and has moved nothing yet. */
export function promotionFacts(moves: PromotionMoveFacts[], more: Partial<PromotionFacts> = {}): PromotionFacts {
  return {
    imageSet: 'tenant',
    sha: 'abc1234'.padEnd(40, '0'),
    trigger: 'manual',
    dryRun: false,
    openedAt: at(0),
    precheckedAt: at(1),
    movingAt: null,
    verifyingAt: null,
    compensatingAt: null,
    endedAt: null,
    repairedAt: null,
    repairedBy: null,
    failure: null,
    order: 'ahead',
    orderDetail: 'older',
    heldBy: [],
    moves,
    ...more,
  }
}

/**
 * What happens to one request: it works, fails without or after acting, stays without an answer likewise, breaks off
 * with the driver before or after acting, or somebody else moves a tag just before it.
 */
export const requestFates = [
  'works',
  'works',
  'works',
  'fails',
  'acts_and_fails',
  'declined',
  'driver_dies',
  'acts_and_driver_dies',
  'foreign_move',
] as const
export type RequestFate = (typeof requestFates)[number]

class DriverDied extends Error {}

/** A promotion with a registry that misbehaves as told; when it has run out of fates, everything works. */
export class PromotionSimulation {
  facts: PromotionFacts
  readonly tags: (string | null)[]
  /** tags that somebody else has moved, and to what */
  readonly foreign = new Map<number, string>()
  readonly overwritten: string[] = []
  readonly steps: PromotionStep['do'][] = []
  #fates: RequestFate[]
  #looks: (TagLook | undefined)[] = []
  #troubles: PromotionSeen['troubles'][number][] = []
  #clock = 2

  constructor(facts: PromotionFacts, tags: readonly (string | null)[], fates: readonly RequestFate[]) {
    this.facts = facts
    this.tags = [...tags]
    this.#fates = [...fates]
  }

  /** Runs until nothing is left to do; throws when that takes too long. */
  run(limit = 2_000): void {
    for (let step = 0; step < limit; step++) {
      const next = nextPromotionStep(this.facts, { looks: this.#looks, troubles: this.#troubles })
      if (next.do === 'nothing') return
      this.steps.push(next.do)
      try {
        this.#take(next)
      } catch (error) {
        if (!(error instanceof DriverDied)) throw error
        this.#looks = []
        this.#troubles = []
      }
    }
    throw new Error(`it does not end: ${this.steps.slice(-20).join(' ')}`)
  }

  #take(step: PromotionStep): void {
    const now = at(this.#clock++)
    const journal = (more: Partial<PromotionFacts>) => {
      this.facts = { ...this.facts, ...more }
    }
    const write = (position: number, more: Partial<PromotionMoveFacts>) =>
      journal({ moves: this.facts.moves.map((move, index) => (index === position ? { ...move, ...more } : move)) })
    switch (step.do) {
      case 'look':
        this.#look(step.position, step.stage)
        break
      case 'snapshot':
        write(step.position, { snapshotAt: now })
        break
      case 'move':
        this.#write(step.position, 'moving', () => {
          journal({ movingAt: this.facts.movingAt ?? now })
          write(step.position, { intendedAt: now, observedAt: null, observedDigest: null })
        })
        break
      case 'restore':
        this.#write(step.position, step.stage, () =>
          write(step.position, { restoreIntendedAt: now, observedAt: null, observedDigest: null }),
        )
        break
      case 'record_moved':
        journal({ movingAt: this.facts.movingAt ?? now })
        write(step.position, { movedAt: now, observedDigest: step.digest, observedAt: now })
        break
      case 'begin_verifying':
        journal({ verifyingAt: now, movingAt: this.facts.movingAt ?? now })
        break
      case 'record_verified':
        write(step.position, { verifiedAt: now, observedDigest: step.digest, observedAt: now })
        break
      case 'compensate': {
        journal({ compensatingAt: now, failure: step.failure })
        if (step.foreign)
          write(step.foreign.position, {
            foreignDigest: step.foreign.digest ?? 'nothing',
            observedDigest: step.foreign.digest,
            observedAt: now,
          })
        break
      }
      case 'record_restored':
        write(step.position, { restoredAt: now, observedDigest: step.digest, observedAt: now })
        break
      case 'record_foreign':
        write(step.position, {
          foreignDigest: step.digest ?? 'nothing',
          observedDigest: step.digest,
          observedAt: now,
        })
        break
      case 'refuse':
        journal({ failure: step.failure })
        break
      case 'end': {
        for (const [position, look] of this.#looks.entries())
          if (look?.stage === 'final' && 'digest' in look)
            write(position, { observedDigest: look.digest, observedAt: now })
        journal({ endedAt: now })
        break
      }
      default:
        throw new Error(`nothing is known of ${step.do}`)
    }
  }

  #look(position: number, stage: LookStage): void {
    const fate = this.#fate(position)
    if (fate === 'driver_dies' || fate === 'acts_and_driver_dies') throw new DriverDied()
    if (fate === 'fails' || fate === 'acts_and_fails' || fate === 'declined') {
      this.#trouble(position, stage, false)
      return
    }
    this.#looks[position] = { stage, digest: this.tags[position] ?? null }
  }

  /** Intent, look, write, look: as the driver does it. */
  #write(position: number, stage: LookStage, intent: () => void): void {
    const forward = stage === 'moving'
    intent()
    this.#looks[position] = undefined
    const fate = this.#fate(position)
    if (fate === 'driver_dies') throw new DriverDied()
    const move = this.facts.moves[position] as PromotionMoveFacts
    const found = this.tags[position] ?? null
    const judged = forward ? judgeBeforeMove(move, found) : judgeBeforeRestore(move, found)
    if (judged !== 'write') {
      this.#looks[position] = { stage, digest: found }
      return
    }
    const acts =
      fate === 'works' || fate === 'acts_and_fails' || fate === 'acts_and_driver_dies' || fate === 'foreign_move'
    if (acts) {
      if (this.foreign.get(position) === found) this.overwritten.push(String(found))
      this.tags[position] = forward ? move.sourceDigest : move.previousDigest
    }
    if (fate === 'acts_and_driver_dies') throw new DriverDied()
    if (fate === 'declined') {
      this.#trouble(position, stage, forward)
      return
    }
    if (fate === 'fails' || fate === 'acts_and_fails') {
      this.#trouble(position, stage, false)
      return
    }
    this.#looks[position] = { stage, digest: this.tags[position] ?? null }
  }

  #trouble(position: number, stage: LookStage, fatal: boolean): void {
    const before = this.#troubles[position]
    const tries = before?.stage === stage ? before.tries + 1 : 1
    this.#troubles[position] = { stage, tries, fatal, message: 'the registry failed' }
  }

  #fate(position: number): RequestFate {
    const fate = this.#fates.shift() ?? 'works'
    if (fate === 'foreign_move') {
      const digest = `foreign-${position}-${this.#clock}`
      this.tags[position] = digest
      this.foreign.set(position, digest)
    }
    return fate
  }
}
