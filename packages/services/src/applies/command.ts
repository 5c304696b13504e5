import { type Answer, type ApplyFacts, type ApplyProjection, type ApplyVerb, applyActions } from '@rollcall/rollout'
import {
  type ApplyFactsRow,
  type CounterDeltas,
  countMoves,
  loadApplyFacts,
  lockApply,
  lockLane,
  type Tx,
  transact,
} from '@rollcall/store'
import { type Audited, audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { applyView } from '../reads/apply-view.ts'
import type { ApplyView } from '../views.ts'
import { advanceSoon } from './advance-soon.ts'
import { factsOf } from './facts.ts'
import { freeLane } from './lane.ts'
import { applyNotFound } from './not-found.ts'
import { refreshProjection } from './project.ts'

export interface Deed<View> {
  applyId: string
  /** what the core says to it: the sentence of the button */
  may: (tx: Tx, row: ApplyFactsRow, facts: ApplyFacts, now: Date) => Answer | Promise<Answer>
  /** records the fact; answers how the counters move by it */
  write: (tx: Tx, row: ApplyFactsRow, now: Date) => Promise<CounterDeltas>
  /** its name in the audit and among the changes */
  audited: (row: ApplyFactsRow, projection: ApplyProjection) => Omit<Audited, 'environmentId'>
  operationId?: string
  view: (tx: Tx, now: Date) => Promise<View>
}

/**
 * The checklist that everything a person decides about an apply goes through: lock → load → may I → record the fact →
 * project → audit → next job. Durable before it is acknowledged; a refusal changes nothing.
 */
export async function decideApply<View>(ctx: Context, deed: Deed<View>): Promise<View> {
  const { applyId } = deed
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const found = await tx.db.apply.findUnique({
      where: { id: applyId },
      select: { environmentId: true, componentId: true },
    })
    if (!found) throw applyNotFound(applyId)
    await lockLane(tx, found.environmentId, found.componentId)
    await lockApply(tx, applyId)
    const row = (await loadApplyFacts(tx.db, applyId)) as ApplyFactsRow
    const answer = await deed.may(tx, row, factsOf(row, now), now)
    if (!answer.allowed) throw new ServiceError('refused', answer.why, { field: 'id', remedy: answer.unblock })
    await countMoves(tx, applyId, await deed.write(tx, row, now))
    const { projection } = await refreshProjection(tx, applyId, now)
    if (projection.settled) await freeLane(tx, row)
    const audited = deed.audited(row, projection)
    await audit(tx, ctx, { environmentId: row.environmentId, ...audited })
    await noteChange(tx, now, {
      kind: audited.action,
      applyId,
      environmentId: row.environmentId,
      ...(deed.operationId ? { operationId: deed.operationId } : {}),
    })
    advanceSoon(tx, applyId)
    return deed.view(tx, now)
  })
}

export interface Command extends Pick<Deed<ApplyView>, 'write'> {
  id: string
  verb: ApplyVerb
  reason: string | null
  /** what the person had before their eyes; another plan is refused */
  planHash?: string | undefined
}

/** One of the six verbs, on one apply. */
export function commandApply(ctx: Context, { id, verb, reason, planHash, write }: Command): Promise<ApplyView> {
  return decideApply(ctx, {
    applyId: id,
    may(_, row, facts, now) {
      if (planHash !== undefined && planHash !== row.planHash) throw anotherPlan(row)
      return applyActions(facts, now)[verb]
    },
    write,
    audited: (row, { state }) => ({
      action: `apply.${verb}`,
      subjectType: 'apply',
      subjectId: id,
      reason,
      before: { state: row.state },
      after: { state },
      detail: { from: row.state, planHash: row.planHash },
    }),
    view: (tx, now) => applyView(tx.db, id, now),
  })
}

function anotherPlan({ planHash }: ApplyFactsRow): ServiceError {
  return new ServiceError('conflict', 'This is not the plan of this apply.', {
    field: 'planHash',
    remedy: `Look at the plan again; its hash is ${planHash}.`,
  })
}
