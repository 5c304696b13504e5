import {
  applyUpdate,
  type Effect,
  judgeUpdate,
  type ReceiptNotice,
  type Update,
  type Validation,
} from '@rollcall/forge'
import type { UpdateDeploys } from '@rollcall/rollout'
import { type Environment, lockIdempotencyKey, type Tx } from '@rollcall/store'
import type { Configuration } from '../configuration/configuration.ts'
import { reportKey } from './dedupe.ts'
import type { ReceivedBy, ReceiveUpdateInput } from './input.ts'
import { orderOf } from './order.ts'
import { deployConfig, deploysOf } from './place.ts'
import type { Refusal } from './refused.ts'
import { type StoredSlot, slotOf } from './slot.ts'

export interface ToJudge {
  configuration: Configuration
  environment: Environment | null
  valid: Validation
  asked: ReceiveUpdateInput
  how: ReceivedBy
  receivedAt: Date
  /** the key of the delivery that it came with */
  delivery: string | null
}

/** What becomes of an update. `known`: it is here already. `late`: a later one was recorded before it. */
export type Judged =
  | { verdict: 'refused'; update: Update | null; refusal: Refusal }
  | { verdict: 'known'; id: string }
  | { verdict: 'late'; update: Update; slot: StoredSlot; refusal: Refusal; deploys: UpdateDeploys }
  | { verdict: 'unchanged'; update: Update; slot: StoredSlot; key: string; deploys: UpdateDeploys }
  | {
      verdict: 'accepted'
      update: Update
      slot: StoredSlot | null
      effect: Effect
      notices: ReceiptNotice[]
      key: string
      deploys: UpdateDeploys
    }

/** The sender says that its own run deploys. */
export function isInRun(asked: ReceiveUpdateInput, how: ReceivedBy): boolean {
  return how.inRun === true || asked.deploys === 'in-this-run'
}

/** Only one transaction at a time looks at a slot and writes it; others wait only if it is theirs, too. */
export async function lockSlot(tx: Tx, environmentId: string, deployName: string): Promise<void> {
  await lockIdempotencyKey(tx, `external-slot ${environmentId} ${deployName}`)
}

/** Judges an update against what is recorded, under the lock of its slot; writes nothing. */
export async function judge(tx: Tx, given: ToJudge): Promise<Judged> {
  const { configuration, environment, valid, asked, how, receivedAt, delivery } = given
  if (delivery !== null) {
    await lockIdempotencyKey(tx, delivery)
    const known = await tx.db.externalUpdate.findUnique({ where: { dedupeKey: delivery }, select: { id: true } })
    if (known) return { verdict: 'known', id: known.id }
  }
  if (!valid.ok || environment === null) {
    const refusal = valid.ok ? noEnvironment(asked.environment) : valid
    return { verdict: 'refused', update: null, refusal }
  }
  const { update, deploy } = valid
  const at = { environmentId: environment.id, deployName: update.deployName }
  await lockSlot(tx, at.environmentId, at.deployName)
  const row = await tx.db.externalSlot.findUnique({ where: { environmentId_deployName: at } })
  const slot = row && slotOf(row)
  const current = reportKey(update, asked, slot?.revision ?? 0)
  const known = delivery === null && (await tx.db.externalUpdate.findUnique({ where: { dedupeKey: current } }))
  if (known) return { verdict: 'known', id: known.id }

  const deploys = deploysOf(deploy, isInRun(asked, how))
  const order =
    slot === null ? 'unknown' : await orderOf(tx.db, deployConfig(configuration, deploy.name).component, update, slot)
  // what came in before the recorded one did is dropped whatever its order: nobody is asked to consent to that
  const late = slot !== null && (receivedAt < slot.recordedAt || (order === 'older' && receivedAt <= slot.recordedAt))
  const receipt = judgeUpdate(
    update,
    deploy,
    {
      slot,
      order: late ? 'unknown' : order,
      receivedAt: late ? new Date(slot.recordedAt.getTime() - 1) : receivedAt,
    },
    { force: asked.force, allowDowngrade: asked.allow_downgrade, unknownOrder: 'accepted' },
  )
  if (!receipt.ok) {
    if (receipt.rule === 'stale_receipt' && slot) return { verdict: 'late', update, slot, refusal: receipt, deploys }
    return { verdict: 'refused', update, refusal: receipt }
  }
  if (receipt.outcome === 'unchanged' && slot) return { verdict: 'unchanged', update, slot, key: current, deploys }
  return {
    verdict: 'accepted',
    update,
    slot,
    effect: applyUpdate(slot, update, receivedAt),
    notices: receipt.outcome === 'accepted' ? receipt.notices : [],
    key: reportKey(update, asked, (slot?.revision ?? 0) + 1),
    deploys,
  }
}

function noEnvironment(environment: string): Refusal {
  return {
    rule: 'environment_state',
    field: 'environment',
    message: `environment '${environment}' not found in state`,
    remedy: 'Define it first.',
  }
}
