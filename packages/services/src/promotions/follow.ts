import { derivePromotionState } from '@rollcall/rollout'

import { Prisma, transact } from '@rollcall/store'
import { openFollowingApply } from '../applies/open.ts'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { PolicyConfig } from '../configuration/configuration.ts'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { factsOf, type PromotionRow, planOf, withMoves } from './facts.ts'

interface ApplyRefusal {
  message: string
  remedy: string | null
  /** it is tried again by itself */
  temporary: boolean
  at: string
}

const againSeconds = 30
/** for so long after the promotion the fleet may follow by itself; later it would surprise somebody */
const followsForSeconds = 3600

/**
 * Opens the apply that follows a promotion, so that the fleet and the images of new tenants agree. Once, whatever is
 * asked how often: the apply carries the promotion's name as its idempotency key. A refusal is stored, shown, and tried
 * again while it may pass.
 */
export async function followPromotion(ctx: Context, id: string): Promise<void> {
  const row = await ctx.store.db.promotion.findUnique({ where: { id }, ...withMoves })
  const then = row && wantsApply(row) ? planOf(row).set.thenApply : null
  if (!row || !then) return
  try {
    const following = { key: `promotion:${id}`, from: { promotionId: id } } as const
    const { apply } = await openFollowingApply(ctx, following, {
      ...policyInput(then.policy),
      environment: then.environment,
      component: planOf(row).set.component,
      sha: row.sha,
    })
    await noteFollowed(ctx, row, apply.id)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    const now = ctx.now()
    const isLate = now.getTime() - (row.endedAt?.getTime() ?? 0) >= followsForSeconds * 1000
    const refusal: ApplyRefusal = {
      message: error.message,
      remedy: error.remedy,
      temporary: error.code !== 'invalid' && !isLate,
      at: now.toISOString(),
    }
    await transact(ctx.store, async (tx) => {
      await tx.db.promotion.updateMany({
        where: { id, applyId: null },
        data: {
          applyRefusal: refusal as unknown as Prisma.InputJsonValue,
          wakeAt: refusal.temporary ? new Date(now.getTime() + againSeconds * 1000) : null,
        },
      })
      await noteChange(tx, now, { kind: 'promotion.changed' })
    })
  }
}

function wantsApply(row: PromotionRow): boolean {
  if (row.trigger === 'undo' || row.dryRun || row.applyId !== null) return false
  if (derivePromotionState(factsOf(row)) !== 'done') return false
  return (row.applyRefusal as ApplyRefusal | null)?.temporary !== false
}

/** Two that follow at once open one apply, and one of them has done it. */
function noteFollowed(ctx: Context, { id, imageSet }: PromotionRow, applyId: string): Promise<void> {
  return transact(ctx.store, async (tx) => {
    const { count } = await tx.db.promotion.updateMany({
      where: { id, applyId: null },
      data: { applyId, applyRefusal: Prisma.DbNull, wakeAt: null },
    })
    if (count === 0) return
    const { environmentId } = await tx.db.apply.findUniqueOrThrow({
      where: { id: applyId },
      select: { environmentId: true },
    })
    await audit(tx, ctx, {
      action: 'promotion.apply',
      subjectType: 'promotion',
      subjectId: id,
      environmentId,
      detail: { set: imageSet, applyId },
    })
    await noteChange(tx, ctx.now(), { kind: 'promotion.changed' })
  })
}

/** What a policy says, in the words of an apply's input; what it leaves open is left to the defaults. */
function policyInput(policy: PolicyConfig): Record<string, unknown> {
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== null))
}
