import type { Sender } from '@rollcall/forge'
import { newId, transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { id } from '../fields.ts'
import { deliveryView, findDelivery, replayRefusal } from './get.ts'
import { deliveryOf } from './handle.ts'
import { readByRules } from './rules.ts'
import type { DeliveryView } from './views.ts'

export const replayDeliveryInput = z.strictObject({ id })

/**
 * Takes a stored delivery once more, as a row of its own, by the rules that are in force now. What it led to before is
 * known by its facts, so replaying one that had its effect changes nothing. Refused ones cannot be replayed.
 */
export async function replayDelivery(ctx: Context, input: unknown): Promise<DeliveryView> {
  const asked = parse(replayDeliveryInput, input)
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const first = await findDelivery(tx.db, asked.id)
    const refusal = replayRefusal(first)
    if (refusal !== null || first.body === null) {
      throw new ServiceError('refused', refusal ?? '', { field: 'id', remedy: 'Have the sender send it again.' })
    }
    const { webhooks } = await currentConfiguration(tx.db)
    const endpoint = webhooks.find(({ name }) => name === first.endpoint)
    if (!endpoint) {
      throw new ServiceError('refused', `The endpoint ${first.endpoint} is not configured any more.`, {
        field: 'id',
        remedy: 'Configure it again, then replay.',
      })
    }
    const { sender, event, deliveryId, headers, body, bodyHash, bodyBytes } = first
    const reading = readByRules(endpoint, deliveryOf(first), { sender: sender as Sender | null, event })
    const ignored = 'ignored' in reading ? reading : null
    const id = newId('dlv', now.getTime())
    const row = await tx.db.webhookDelivery.create({
      data: {
        ...{ id, endpoint: first.endpoint, dedupeKey: `replay:${id}`, receivedAt: now },
        ...{ sender, event, deliveryId, headers: headers as object, body, bodyHash, bodyBytes },
        verdict: ignored ? 'ignored' : 'accepted',
        rule: ignored?.ignored ?? null,
        message: ignored?.message ?? null,
        replayOfId: first.replayOfId ?? first.id,
      },
    })
    await audit(tx, ctx, {
      action: 'delivery.replay',
      subjectType: 'delivery',
      subjectId: id,
      environmentId: null,
      detail: { replayOfId: row.replayOfId, endpoint: row.endpoint },
    })
    await noteChange(tx, now, { kind: 'delivery.received' })
    if (!ignored) tx.send({ name: 'delivery.handle', data: { deliveryId: id }, key: id })
    return deliveryView(ctx, tx.db, row)
  })
}
