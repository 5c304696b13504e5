import { type ApplyFacts, type ApplyVerb, applyActions } from '@rollcall/rollout'
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
import { audit } from '../audit.ts'
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

export interface Command {
  id: string
  verb: ApplyVerb
  reason: string | null
  /** what the person had before their eyes; another plan is refused */
  planHash?: string | undefined
  /** records the fact; answers how operations moved by it */
  write: (tx: Tx, row: ApplyFactsRow, facts: ApplyFacts, now: Date) => Promise<CounterDeltas>
}

/**
 * The checklist that all six verbs go through: lock → load → may I (the sentence of the button) → record the fact →
 * project → audit → next job. Durable before it is acknowledged; a refusal changes nothing.
 */
export async function commandApply(ctx: Context, command: Command): Promise<ApplyView> {
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const found = await tx.db.apply.findUnique({
      where: { id: command.id },
      select: { environmentId: true, componentId: true },
    })
    if (!found) throw applyNotFound(command.id)
    await lockLane(tx, found.environmentId, found.componentId)
    await lockApply(tx, command.id)
    const row = (await loadApplyFacts(tx.db, command.id)) as ApplyFactsRow
    if (command.planHash !== undefined && command.planHash !== row.planHash) {
      throw new ServiceError('conflict', 'This is not the plan of this apply.', {
        field: 'planHash',
        remedy: `Look at the plan again; its hash is ${row.planHash}.`,
      })
    }
    const facts = factsOf(row, now)
    const answer = applyActions(facts, now)[command.verb]
    if (!answer.allowed) throw new ServiceError('refused', answer.why, { field: 'id', remedy: answer.unblock })
    const deltas = await command.write(tx, row, facts, now)
    await countMoves(tx, command.id, deltas)
    const { projection } = await refreshProjection(tx, command.id, now)
    if (projection.settled) await freeLane(tx, row)
    await audit(tx, ctx, {
      action: `apply.${command.verb}`,
      subjectType: 'apply',
      subjectId: command.id,
      reason: command.reason,
      detail: { from: row.state, planHash: row.planHash },
    })
    await noteChange(tx, now, { kind: `apply.${command.verb}`, applyId: command.id, environmentId: row.environmentId })
    advanceSoon(tx, command.id)
    return applyView(tx.db, command.id, now)
  })
}
