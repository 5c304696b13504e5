import type { WebhookDelivery } from '@rollcall/store'
import type { DeliveryEffect, DeliveryRow, DeliveryState, DeliveryVerdictWord } from './views.ts'

export type ListedDelivery = Omit<WebhookDelivery, 'headers' | 'body' | 'bodyHash' | 'dedupeKey'>

/** What a list needs of a delivery: not its body, which may be long. */
export const listedDelivery = {
  id: true,
  endpoint: true,
  receivedAt: true,
  sender: true,
  event: true,
  deliveryId: true,
  verdict: true,
  rule: true,
  message: true,
  bodyBytes: true,
  repeats: true,
  repeatedAt: true,
  handledAt: true,
  effects: true,
  failure: true,
  replayOfId: true,
} as const satisfies Record<keyof ListedDelivery, true>

export function deliveryState(row: Pick<WebhookDelivery, 'verdict' | 'handledAt' | 'failure'>): DeliveryState {
  if (row.verdict === 'ignored') return 'ignored'
  if (row.verdict === 'refused') return 'refused'
  if (row.failure !== null) return 'failed'
  return row.handledAt === null ? 'waiting' : 'handled'
}

export const effectsOf = ({ effects }: Pick<ListedDelivery, 'effects'>) =>
  (effects ?? []) as unknown as DeliveryEffect[]

/** `hidden`: the updates among its effects that are not told to whoever asks. */
export function deliveryRow(row: ListedDelivery, hidden: ReadonlySet<string> = new Set()): DeliveryRow {
  const state = deliveryState(row)
  const all = effectsOf(row)
  const effects = all.filter(({ id }) => !hidden.has(id))
  return {
    id: row.id,
    endpoint: row.endpoint,
    receivedAt: row.receivedAt.toISOString(),
    sender: row.sender,
    event: row.event,
    deliveryId: row.deliveryId,
    verdict: row.verdict as DeliveryVerdictWord,
    state,
    rule: row.rule,
    message: row.message,
    bodyBytes: row.bodyBytes,
    repeats: row.repeats,
    repeatedAt: row.repeatedAt?.toISOString() ?? null,
    handledAt: row.handledAt?.toISOString() ?? null,
    effects,
    failure: row.failure,
    replayOfId: row.replayOfId,
    settled: row.verdict !== 'accepted' || row.handledAt !== null,
    headline: effects.length < all.length ? elsewhere : headlines[state](row, effects),
  }
}

const elsewhere = 'It led to something in an environment that you do not see.'

type Headline = (row: ListedDelivery, effects: readonly DeliveryEffect[]) => string

const headlines: Record<DeliveryState, Headline> = {
  waiting: () => 'Stored; the worker has not handled it yet.',
  handled: (_row, effects) => effects.map(effectSentence).join(' '),
  failed: ({ failure, handledAt }) =>
    handledAt === null
      ? `It could not be handled and is tried again: ${failure}`
      : `It could not be handled: ${failure}`,
  ignored: ({ rule, message }) => `ignored: ${rule}. ${message ?? ''}`.trim(),
  refused: ({ repeats, message }) =>
    repeats === 0 ? (message ?? 'Refused.') : `${message} ${repeats + 1} of them within this minute.`,
}

function effectSentence(effect: DeliveryEffect): string {
  if (effect.kind === 'update') return `External update, ${effect.outcome}: ${effect.message}`
  const told = `${effect.context} is ${effect.status} for ${effect.sha.slice(0, 7)}`
  if (effect.outcome === 'known') return `That ${told} was known already.`
  if (effect.outcome === 'late') return `It came late: by then, ${told}.`
  return `It was recorded that ${told}.`
}
