import type pg from 'pg'
import type { Prisma, PrismaClient } from '../generated/client.ts'

/** A webhook delivery that is not stored yet. */
export interface NewDelivery {
  id: string
  endpoint: string
  /** two of one endpoint and key are one delivery */
  dedupeKey: string
  receivedAt: Date
  sender: string | null
  event: string | null
  deliveryId: string | null
  verdict: 'accepted' | 'ignored' | 'refused'
  rule: string | null
  message: string | null
  headers: Record<string, string>
  body: Uint8Array | null
  bodyHash: string | null
  bodyBytes: number
  /** how often it came besides */
  repeats: number
}

/** Which row holds a delivery; `isNew`: it is the one that was given, else it is the first one of its key. */
export interface StoredDelivery {
  id: string
  endpoint: string
  dedupeKey: string
  isNew: boolean
}

/**
 * Stores deliveries in one statement, in the order of their keys; one whose key is there already counts as a repeat of
 * the first. No two of the given ones may have the same endpoint and key.
 */
export async function insertDeliveries(
  client: Pick<pg.Pool, 'query'>,
  deliveries: readonly NewDelivery[],
): Promise<StoredDelivery[]> {
  if (deliveries.length === 0) return []
  const given = deliveries.map(({ body, ...row }) => ({
    ...row,
    body: body === null ? null : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'),
  }))
  const { rows } = await client.query<StoredDelivery>({ ...insertion, values: [JSON.stringify(given)] })
  return rows
}

const insertion = {
  name: 'rollcall_insert_deliveries',
  text: `
    with given as (
      select * from json_to_recordset($1::json) as g(id text, endpoint text, "dedupeKey" text,
        "receivedAt" timestamptz, sender text, event text, "deliveryId" text, verdict text, rule text, message text,
        headers jsonb, body text, "bodyHash" text, "bodyBytes" int, repeats int)),
    stored as (
      insert into webhook_deliveries as d (id, endpoint, dedupe_key, received_at, sender, event, delivery_id, verdict,
        rule, message, headers, body, body_hash, body_bytes, repeats, repeated_at)
      select id, endpoint, "dedupeKey", "receivedAt", sender, event, "deliveryId", verdict, rule, message, headers,
        decode(body, 'base64'), "bodyHash", "bodyBytes", repeats, case when repeats > 0 then "receivedAt" end
      from given order by endpoint, "dedupeKey"
      on conflict (endpoint, dedupe_key) do update
        set repeats = d.repeats + 1 + excluded.repeats, repeated_at = excluded.received_at
      returning d.id, d.endpoint, d.dedupe_key)
    select s.id, s.endpoint, s.dedupe_key as "dedupeKey", s.id = g.id as "isNew"
    from stored s join given g on g.endpoint = s.endpoint and g."dedupeKey" = s.dedupe_key`,
}

export interface DeliveryCounts {
  endpoint: string
  verdict: string
  deliveries: number
  /** how often they came besides */
  repeats: number
}

/** How many deliveries of each endpoint had each verdict since `fromId`, of its newest `cap` ones. */
export async function countDeliveries(
  db: PrismaClient | Prisma.TransactionClient,
  endpoints: readonly string[],
  fromId: string,
  cap: number,
): Promise<DeliveryCounts[]> {
  return db.$queryRaw`
    select e.name as endpoint, d.verdict, count(*)::int as deliveries, sum(d.repeats)::int as repeats
    from unnest(${[...endpoints]}::text[]) as e(name)
    cross join lateral (
      select verdict, repeats from webhook_deliveries
      where endpoint = e.name and id >= ${fromId} order by id desc limit ${cap}) d
    group by e.name, d.verdict`
}
