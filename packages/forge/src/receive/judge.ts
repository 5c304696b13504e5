import { type BuildOrder, shaMatches } from '@rollcall/rollout'
import { modeOf, type OwnedDeploy, type UpdateMode } from '../manifest/manifest.ts'
import type { Slot } from './slot.ts'
import {
  type Update,
  type UpdateInput,
  type UpdateRefusal,
  type UpdateRule,
  type UpdateWorld,
  updateRules,
  validateUpdate,
} from './validate.ts'

export interface SlotFacts {
  /** What is recorded now; null for nothing. */
  slot: Slot | null
  /** What the update's commit is, compared with the recorded one. */
  order: BuildOrder
  receivedAt: Date
}

export interface SlotConsent {
  /** Record it although nothing would change. */
  force: boolean
  /** Record it although it is older than what is recorded. */
  allowDowngrade: boolean
  /** Order that nobody knows is somebody's decision: with `accepted` the update goes on with a notice. */
  unknownOrder: 'accepted' | 'refused'
}

export const slotRules = ['unchanged', 'older', 'order_unknown', 'stale_receipt'] as const
export type SlotRule = (typeof slotRules)[number]

/** Every rule in the order in which it refuses. */
export const receiveRules: readonly (UpdateRule | SlotRule)[] = [...updateRules, ...slotRules]

export type ReceiptNotice = 'order_unknown' | 'downgrade' | 'forced'

export type Receipt =
  | { ok: true; outcome: 'accepted'; update: Update; deploy: OwnedDeploy; mode: UpdateMode; notices: ReceiptNotice[] }
  | {
      ok: true
      outcome: 'unchanged'
      rule: 'unchanged'
      update: Update
      deploy: OwnedDeploy
      /** What the update says otherwise about the same commit, and what is therefore not recorded. */
      differs: ('version' | 'artifacts')[]
      message: string
      remedy: string
    }
  | UpdateRefusal<UpdateRule | SlotRule>

/** Whether an update is taken in: first by the manifest, then by what is recorded. Pure; nothing is written here. */
export function receiveUpdate(
  input: UpdateInput,
  world: UpdateWorld,
  factsOf: (update: Update) => SlotFacts,
  consent: SlotConsent,
): Receipt {
  const valid = validateUpdate(input, world)
  return valid.ok ? judgeUpdate(valid.update, valid.deploy, factsOf(valid.update), consent) : valid
}

/** The second half alone, for a caller that has to look up the slot in between. */
export function judgeUpdate(update: Update, deploy: OwnedDeploy, facts: SlotFacts, consent: SlotConsent): Receipt {
  const { slot, order, receivedAt } = facts
  const accepted = (...notices: ReceiptNotice[]): Receipt => ({
    ok: true,
    outcome: 'accepted',
    update,
    deploy,
    mode: modeOf(deploy),
    notices,
  })
  if (slot === null) return accepted()

  const isSame = shaMatches(slot.sha, update.sha)
  if (isSame && !consent.force) return unchanged(update, deploy, slot)
  if (!isSame && order === 'older' && !consent.allowDowngrade) {
    const message = `${name(update)} has ${slot.sha.slice(0, 7)} recorded, which is newer than ${update.sha.slice(0, 7)}`
    return refused('older', 'sha', message, 'Send it again with allow_downgrade to go back on purpose.')
  }
  // "same" for two different commits is no order either
  const isUnknown = !isSame && order !== 'older' && order !== 'newer'
  if (isUnknown && consent.unknownOrder === 'refused' && !consent.allowDowngrade) {
    const message = `which of ${slot.sha.slice(0, 7)} (recorded) and ${update.sha.slice(0, 7)} is newer is not known`
    return refused('order_unknown', 'sha', message, 'Send it again with allow_downgrade to record it all the same.')
  }
  if (!(receivedAt.getTime() >= slot.recordedAt.getTime())) {
    const message = `${name(update)} was updated after this receipt came in`
    return refused('stale_receipt', 'sha', message, 'Send it again if it is still what should be recorded.')
  }
  if (isSame) return accepted('forced')
  if (order === 'older') return accepted('downgrade')
  return isUnknown ? accepted('order_unknown') : accepted()
}

function unchanged(update: Update, deploy: OwnedDeploy, slot: Slot): Receipt {
  const differs: ('version' | 'artifacts')[] = []
  if (update.version !== null && update.version !== slot.version) differs.push('version')
  if (update.artifacts.said === 'cleared' && slot.artifacts !== null) differs.push('artifacts')
  if (update.artifacts.said === 'given' && !sameMap(update.artifacts.artifacts, slot.artifacts))
    differs.push('artifacts')
  const also = differs.length === 0 ? '' : `; the ${differs.join(' and ')} sent with it would be new`
  return {
    ok: true,
    outcome: 'unchanged',
    rule: 'unchanged',
    update,
    deploy,
    differs,
    message: `${name(update)} has ${update.sha.slice(0, 7)} recorded already${also}`,
    remedy: 'Send it again with force to record it all the same.',
  }
}

function sameMap(a: Record<string, string>, b: Record<string, string> | null): boolean {
  const entries = Object.entries(a)
  if (b === null || entries.length !== Object.keys(b).length) return false
  return entries.every(([key, value]) => Object.hasOwn(b, key) && b[key] === value)
}

function name({ deployName, environment }: Update): string {
  return `${deployName} in ${environment}`
}

function refused(rule: SlotRule, field: string, message: string, remedy: string): UpdateRefusal<SlotRule> {
  return { ok: false, rule, field, message, remedy }
}
