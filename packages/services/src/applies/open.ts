import { createHash } from 'node:crypto'
import {
  countMoves,
  endWaiting,
  insertOperations,
  lockApply,
  lockIdempotencyKey,
  lockLane,
  newId,
  type Prisma,
  type Tx,
  transact,
} from '@rollcall/store'
import { audit, overridesUsed } from '../audit.ts'
import { noteChange } from '../changes.ts'
import { noPolicy, type PolicyConfig } from '../configuration/configuration.ts'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { applyView } from '../reads/apply-view.ts'
import { isSeen } from '../sees.ts'
import type { ApplyView } from '../views.ts'
import { advanceSoon } from './advance-soon.ts'
import { type OpenApplyInput, openApplyInput } from './open-input.ts'
import { findPlace, type InLane, type Planned, planFor } from './plan.ts'
import { refreshProjection } from './project.ts'

/**
 * Opens an apply: plan, operations, audit and the first job in one transaction. Supersedes the applies that wait in its
 * lane. The same idempotency key with the same request answers the apply of the first time, `created: false`.
 */
export async function openApply(ctx: Context, input: unknown): Promise<{ apply: ApplyView; created: boolean }> {
  const asked = parse(openApplyInput, input)
  if (asked.idempotencyKey !== undefined && ownKeys.test(asked.idempotencyKey)) {
    throw new ServiceError('invalid', 'Keys of this kind are kept for applies that follow from something else.', {
      field: 'idempotencyKey',
      remedy: 'Use another key.',
    })
  }
  return open(ctx, asked, null)
}

/** Under such a key, an update or a promotion finds the apply that it opened: nobody else's must be there. */
const ownKeys = /^(?:external-update|promotion):/

/** What an apply follows from, for the detail of its row in the audit, and the policy of the external deploy it is of. */
export interface Following {
  key: `external-update:${string}` | `promotion:${string}`
  from: Prisma.InputJsonObject
  deploy?: PolicyConfig
}

/** The same for an apply that follows from an update or a promotion, under a key that names it. */
export async function openFollowingApply(
  ctx: Context,
  following: Following,
  input: Record<string, unknown>,
): Promise<{ apply: ApplyView; created: boolean }> {
  return open(ctx, parse(openApplyInput, { ...input, idempotencyKey: following.key }), following)
}

async function open(
  ctx: Context,
  asked: OpenApplyInput,
  following: Following | null,
): Promise<{ apply: ApplyView; created: boolean }> {
  const requestHash = createHash('sha256').update(JSON.stringify(asked)).digest('hex')
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const earlier = await openedBefore(tx, ctx, asked, requestHash)
    if (earlier) return { apply: await applyView(tx.db, earlier, now), created: false }

    // an unknown environment, component or build is refused before anything is locked or made
    const place = await findPlace(tx.db, asked)
    await lockLane(tx, place.environment.id, place.component.id)
    const planned = await planFor(tx.db, place, asked, following && (following.deploy ?? noPolicy))
    const { canary, ...terms } = planned.terms
    const { plan, planHash } = refuseOr(planned, asked)

    const id = newId('apl', now.getTime())
    await tx.db.apply.create({
      data: {
        id,
        environmentId: place.environment.id,
        componentId: place.component.id,
        buildId: place.build.id,
        planHash,
        ...terms,
        canarySlug: canary,
        allowDowngrade: asked.allowDowngrade,
        allowUnknownOrder: asked.allowUnknownOrder,
        idempotencyKey: asked.idempotencyKey ?? null,
        requestHash,
        openedAt: now,
        openedBy: ctx.actor.name,
        total: plan.operations.length,
        countPending: plan.operations.length,
      },
    })
    await insertOperations(tx, id, plan.operations, place.environment.maxAttempts, now)
    for (const waiting of planned.waiting) await supersede(tx, ctx, place.environment.id, waiting, id, now)
    const { projection } = await refreshProjection(tx, id, now)
    const { needs } = planned
    await audit(tx, ctx, {
      action: 'apply.open',
      subjectType: 'apply',
      subjectId: id,
      environmentId: place.environment.id,
      after: { state: projection.state },
      detail: {
        ...{ component: asked.component, sha: asked.sha, planHash, targets: plan.operations.length },
        ...following?.from,
        ...overridesUsed({
          'override.downgrade': asked.allowDowngrade && needs.downgrade,
          // what follows from something else is let do so by how Rollcall is configured: nobody overruled anything
          'override.unknown_order': asked.allowUnknownOrder && needs.unknownOrder && following === null,
        }),
      },
    })
    await noteChange(tx, now, { kind: 'apply.opened', applyId: id, environmentId: place.environment.id })
    advanceSoon(tx, id)
    return { apply: await applyView(tx.db, id, now), created: true }
  })
}

async function openedBefore(tx: Tx, ctx: Context, asked: OpenApplyInput, requestHash: string): Promise<string | null> {
  if (asked.idempotencyKey === undefined) return null
  await lockIdempotencyKey(tx, asked.idempotencyKey)
  const earlier = await tx.db.apply.findUnique({
    where: { idempotencyKey: asked.idempotencyKey },
    select: { id: true, requestHash: true, environmentId: true },
  })
  if (earlier && earlier.requestHash !== requestHash) {
    throw new ServiceError('conflict', 'This idempotency key was used for another request.', {
      field: 'idempotencyKey',
      remedy: isSeen(ctx, earlier.environmentId)
        ? `Use a new key, or repeat the request of apply ${earlier.id} unchanged.`
        : 'Use a new key.',
    })
  }
  return earlier?.id ?? null
}

function refuseOr({ refusals, plan, planHash }: Planned, asked: OpenApplyInput) {
  const first = refusals[0]
  if (first || !plan || !planHash) {
    throw new ServiceError('refused', first?.message ?? 'There is no plan.', { ...first, details: refusals })
  }
  if (asked.planHash !== undefined && asked.planHash !== planHash) {
    throw new ServiceError(
      'conflict',
      'The plan has changed since it was looked at: the fleet runs something else now.',
      {
        field: 'planHash',
        remedy: `Look at the preview again; the plan's hash is now ${planHash}.`,
      },
    )
  }
  return { plan, planHash }
}

/** The newest waiting apply of a lane takes the place of the older ones; those have their own outcome, not a failure. */
async function supersede(
  tx: Tx,
  ctx: Context,
  environmentId: string,
  waiting: InLane,
  byId: string,
  now: Date,
): Promise<void> {
  await lockApply(tx, waiting.id)
  const { count } = await tx.db.apply.updateMany({
    where: { id: waiting.id, startedAt: null, supersededAt: null, settled: false },
    data: { supersededAt: now, supersededById: byId },
  })
  if (count === 0) return
  await countMoves(tx, waiting.id, await endWaiting(tx, waiting.id, 'cancelled', now))
  const { projection } = await refreshProjection(tx, waiting.id, now)
  await audit(tx, ctx, {
    action: 'apply.supersede',
    subjectType: 'apply',
    subjectId: waiting.id,
    environmentId,
    before: { state: waiting.state },
    after: { state: projection.state },
    detail: { by: byId },
  })
  await noteChange(tx, now, { kind: 'apply.superseded', applyId: waiting.id })
}
