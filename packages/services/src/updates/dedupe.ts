import { createHash } from 'node:crypto'
import type { Update } from '@rollcall/forge'
import type { ReceiveUpdateInput } from './input.ts'

/**
 * Two reports of one key are one update. The revision of the slot is a part of it, so that a report which says the same
 * after something else was recorded is a new one. A delivery is the same wherever the slot stands.
 */
export function reportKey(update: Update, asked: ReceiveUpdateInput, revision: number): string {
  const said = [
    update.environment,
    update.deployName,
    update.sha,
    update.version,
    update.artifacts.said,
    update.artifacts.said === 'given' ? Object.entries(update.artifacts.artifacts).toSorted() : null,
    update.runId,
    asked.force,
    asked.allow_downgrade,
  ]
  return `report:${createHash('sha256').update(JSON.stringify(said)).digest('hex')}@${revision}`
}

/** One delivery may tell of several components. */
export function deliveryKey(
  deliveryId: string,
  asked: Pick<ReceiveUpdateInput, 'environment' | 'deploy_name'>,
): string {
  const about = createHash('sha256')
    .update(JSON.stringify([asked.environment, asked.deploy_name]))
    .digest('hex')
  return `delivery:${deliveryId}:${about.slice(0, 16)}`
}
