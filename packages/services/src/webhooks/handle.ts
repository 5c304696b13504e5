import type { CheckEvent, Delivery, EventReading, Sender, UpdateInput } from '@rollcall/forge'
import { transact, type WebhookDelivery } from '@rollcall/store'
import { noteChange } from '../changes.ts'
import { recordCheck } from '../checks/record.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { foreignText } from '../foreign-text.ts'
import { receiveUpdateFrom } from '../updates/receive.ts'
import { readByRules } from './rules.ts'
import type { DeliveryEffect } from './views.ts'

/**
 * Does what an accepted delivery asks for, by the rules that are in force now, and keeps what it led to. Any number of
 * times: what was done is known by its facts. Throws what may pass by itself, so that the job is tried again; what will
 * not pass is kept as the delivery's failure.
 */
export async function handleDelivery(ctx: Context, id: string): Promise<void> {
  const row = await ctx.store.db.webhookDelivery.findUnique({ where: { id } })
  if (row === null || row.verdict !== 'accepted' || row.handledAt !== null) return
  const as: Context = { ...ctx, actor: { name: actorOf(row), via: 'hook' } }
  const effects: DeliveryEffect[] = []
  // a replay is the same news once more, and as old as the first one
  const first = row.replayOfId === null ? row : await findFirst(ctx, row.replayOfId)
  const came = {
    id,
    firstId: first?.id ?? id,
    receivedAt: (first ?? row).receivedAt,
    sender: row.sender,
    event: row.event,
  }
  try {
    const reading = await readAgain(as, row)
    if ('ignored' in reading) {
      await close(as, id, { verdict: 'ignored', rule: reading.ignored, message: reading.message, effects })
      return
    }
    for (const event of reading.events) {
      effects.push(event.kind === 'check' ? await takeCheck(as, event, came) : await takeUpdate(as, event.input, came))
    }
    await close(as, id, { effects })
  } catch (error) {
    const failure = foreignText((error as Error).message.trim().split('\n').at(-1) ?? 'failed without a word', 500)
    // somebody else was faster: the next try finds what he did
    const mayPass = !(error instanceof ServiceError) || error.code === 'conflict'
    if (!mayPass) return close(as, id, { failure, effects })
    await ctx.store.db.webhookDelivery.updateMany({ where: { id, handledAt: null }, data: { failure } })
    throw error
  }
}

function findFirst(ctx: Context, id: string) {
  return ctx.store.db.webhookDelivery.findUnique({ where: { id }, select: { id: true, receivedAt: true } })
}

const actorOf = ({ sender, endpoint }: WebhookDelivery) => `${sender} by webhook ${endpoint}`

/** The delivery as it came, read by the rules of its endpoint as they are now. */
async function readAgain(ctx: Context, row: WebhookDelivery): Promise<EventReading> {
  const { webhooks } = await currentConfiguration(ctx.store.db)
  const endpoint = webhooks.find(({ name }) => name === row.endpoint)
  if (!endpoint) {
    throw new ServiceError('refused', `The endpoint ${row.endpoint} is not configured any more.`, {
      remedy: 'Configure it again and replay this delivery.',
    })
  }
  return readByRules(endpoint, deliveryOf(row), { sender: row.sender as Sender | null, event: row.event })
}

export function deliveryOf(row: WebhookDelivery): Delivery {
  return { headers: row.headers as Record<string, string>, body: row.body ?? new Uint8Array() }
}

/** How a delivery came, and of a replay how the first one did. */
interface Came {
  id: string
  firstId: string
  receivedAt: Date
  sender: string | null
  event: string | null
}

/** What a rule refuses is an update, too: it stands in the list of updates with the rule's name. */
async function takeUpdate(ctx: Context, input: UpdateInput, { id, receivedAt }: Came): Promise<DeliveryEffect> {
  try {
    const { update } = await receiveUpdateFrom(ctx, input, { via: 'hook', deliveryId: id, receivedAt })
    return { kind: 'update', id: update.id, outcome: update.state, message: update.headline }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    const { deploy_name, environment } = input
    const stored =
      typeof deploy_name === 'string' && typeof environment === 'string'
        ? await ctx.store.db.externalUpdate.findFirst({
            where: { deliveryId: id, deployName: deploy_name.trim(), environment: environment.trim() },
            select: { id: true },
          })
        : null
    if (stored === null) throw error
    return { kind: 'update', id: stored.id, outcome: 'refused', message: error.message }
  }
}

async function takeCheck(ctx: Context, event: CheckEvent, came: Came): Promise<DeliveryEffect> {
  const { order, repo, sha, context, status, url } = event
  if (!/^[0-9a-f]{40}$/.test(sha)) {
    throw new ServiceError('invalid', 'The check is about a commit without a full id.', { field: 'sha' })
  }
  const { outcome, check } = await transact(ctx.store, (tx) =>
    recordCheck(tx, ctx, {
      sha,
      repo: repo === '' ? null : foreignText(repo, 200),
      context: foreignText(context, 200),
      status: foreignText(status, 50),
      url: foreignText(url, 2_000),
      order: order !== null && Number.isSafeInteger(order) ? BigInt(order) : null,
      reportedBy: `${came.sender} ${came.event ?? 'check'}`,
      deliveryId: came.firstId,
      at: came.receivedAt,
    }),
  )
  // whoever handles this same delivery at the same time may have been the one to write it: it came by this delivery
  const written = outcome === 'known' && check.deliveryId === came.id ? 'written' : outcome
  return { kind: 'check', id: check.id, outcome: written, sha, context: check.context, status: check.status }
}

async function close(
  ctx: Context,
  id: string,
  facts: { verdict?: string; rule?: string; message?: string; failure?: string; effects: DeliveryEffect[] },
): Promise<void> {
  const { effects, failure = null, ...more } = facts
  await transact(ctx.store, async (tx) => {
    const { count } = await tx.db.webhookDelivery.updateMany({
      where: { id, handledAt: null },
      data: { ...more, failure, effects: effects as object[], handledAt: ctx.now() },
    })
    if (count > 0) await noteChange(tx, ctx.now(), { kind: 'delivery.handled' })
  })
}
