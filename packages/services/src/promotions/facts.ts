import type { CommitOrder, PromotionFacts, PromotionFailure, PromotionHold, PromotionTrigger } from '@rollcall/rollout'
import type { Prisma } from '@rollcall/store'
import type { GateConfig, ImageSetConfig, RegistryConfig } from '../configuration/configuration.ts'

/** The set as it was when the promotion was opened, and what is only known of it while it goes on. */
export interface PromotionPlan {
  set: ImageSetConfig
  registry: RegistryConfig
  gate: GateConfig | null
  /** why it does not begin */
  heldBy: PromotionHold[]
  /** what nobody could check, said after the precheck */
  warnings: string[]
  /** what each destination has to be, for an undo */
  expected: (string | null)[] | null
}

/** What a person decided to pass over, and why. */
export interface PromotionOverride {
  gate: boolean
  order: boolean
  reason: string | null
}

export const withMoves = {
  include: { moves: { orderBy: { position: 'asc' } } },
} satisfies Prisma.PromotionDefaultArgs

export type PromotionRow = Prisma.PromotionGetPayload<typeof withMoves>

export const planOf = (row: { plan: unknown }) => row.plan as PromotionPlan
export const overrideOf = (row: { override: unknown }) => row.override as PromotionOverride | null

/** A stored promotion in the words of the core. */
export function factsOf(row: PromotionRow): PromotionFacts {
  return {
    imageSet: row.imageSet,
    sha: row.sha,
    trigger: row.trigger as PromotionTrigger,
    dryRun: row.dryRun,
    openedAt: row.openedAt,
    precheckedAt: row.precheckedAt,
    movingAt: row.movingAt,
    verifyingAt: row.verifyingAt,
    compensatingAt: row.compensatingAt,
    endedAt: row.endedAt,
    repairedAt: row.repairedAt,
    repairedBy: row.repairedBy,
    failure: row.failure as PromotionFailure | null,
    order: row.order as CommitOrder | null,
    orderDetail: row.orderDetail,
    heldBy: row.endedAt === null && row.precheckedAt === null ? planOf(row).heldBy : [],
    moves: row.moves,
  }
}
