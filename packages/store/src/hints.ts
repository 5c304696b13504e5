import { EventEmitter } from 'node:events'
import pg from 'pg'

const channel = 'rollcall'
/** NOTIFY refuses payloads of 8000 bytes. */
const payloadLimit = 7_000
const gatherMilliseconds = 20
const reconnectMilliseconds = 500

/**
 * Hints say "look again": about a topic such as `apply:apl_…`, `jobs:operation.drive` or `world`. Losing, repeating or
 * reordering them is harmless, because whoever listens also polls. They are gathered for 20 ms and sent outside of any
 * transaction: NOTIFY takes a database-wide lock at commit, so one per batch of changes and none in a settle.
 */
export interface Hints {
  publish(topic: string): void
  /** Calls back for each hint of the topic, and for every topic after a lost connection. Returns how to end it. */
  subscribe(topic: string, listener: () => void): () => void
  close(): Promise<void>
}

export function openHints(url: string): Hints {
  const local = new EventEmitter().setMaxListeners(0)
  const topics = new Map<string, number>()
  const sender = new pg.Pool({ connectionString: url, max: 1, application_name: 'rollcall hints' })
  sender.on('error', () => {})
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  /** the connection that listens, or is about to */
  let listener: pg.Client | null = null
  let closed = false
  let retry: NodeJS.Timeout | null = null

  function everyone() {
    for (const topic of topics.keys()) local.emit(topic)
  }

  async function flush() {
    timer = null
    if (waiting.size === 0) return
    const payload = JSON.stringify([...waiting])
    waiting.clear()
    await sender
      .query('select pg_notify($1, $2)', [channel, payload.length > payloadLimit ? '' : payload])
      .catch(() => {})
  }

  function listen() {
    if (listener || closed) return
    const client = new pg.Client({ connectionString: url, keepAlive: true, application_name: 'rollcall hints' })
    listener = client
    const lost = () => {
      if (listener !== client) return
      listener = null
      client.end().catch(() => {})
      if (!closed) retry = setTimeout(listen, reconnectMilliseconds)
    }
    client.on('error', lost)
    client.on('end', lost)
    client.on('notification', ({ payload }) => {
      const heard = topicsOf(payload)
      if (heard === null) everyone()
      else for (const topic of heard) local.emit(topic)
    })
    client
      .connect()
      .then(() => client.query(`listen ${channel}`))
      .then(everyone)
      .catch(lost)
  }

  return {
    publish(topic) {
      if (closed) return
      waiting.add(topic)
      timer ??= setTimeout(flush, gatherMilliseconds)
    },
    subscribe(topic, listener) {
      topics.set(topic, (topics.get(topic) ?? 0) + 1)
      local.on(topic, listener)
      listen()
      let ended = false
      return () => {
        if (ended) return
        ended = true
        local.off(topic, listener)
        const left = (topics.get(topic) ?? 1) - 1
        if (left === 0) topics.delete(topic)
        else topics.set(topic, left)
      }
    },
    async close() {
      closed = true
      if (retry) clearTimeout(retry)
      if (timer) clearTimeout(timer)
      await flush()
      await listener?.end().catch(() => {})
      await sender.end().catch(() => {})
    },
  }
}

/** Null: everything. Whoever shares the database may say anything on the channel; what we cannot read is no reason to fall. */
function topicsOf(payload: string | undefined): string[] | null {
  try {
    const heard: unknown = JSON.parse(payload ?? '')
    return Array.isArray(heard) ? heard.map(String) : null
  } catch {
    return null
  }
}
