import type { Delivery, RefusalReason, Sender } from '@rollcall/forge'
import { type Context, countRefusals, keptHeaders, type Refused } from '@rollcall/services'

export interface RefusedDelivery {
  endpoint: string
  sender: Sender | null
  event: string | null
  deliveryId: string | null
  reason: RefusalReason
  at: Date
}

export interface RefusalCounter {
  /** Counts one; costs no more than a look into a small map. */
  count(refused: RefusedDelivery, delivery: Delivery): void
  /** Stores now what was counted. */
  flush(): Promise<void>
}

const flushMs = 1_000
/** While the database is away, older minutes are forgotten first. */
const mostCounts = 500

/** Counts refused deliveries in memory and stores the counts once per second, so that a flood costs no database work. */
export function openRefusalCounter(context: () => Promise<Context>): RefusalCounter {
  let counts = new Map<string, Refused>()
  let timer: NodeJS.Timeout | null = null
  let flushing: Promise<void> = Promise.resolve()

  function arm() {
    timer ??= setTimeout(() => void flush(), flushMs).unref()
  }

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer)
    timer = null
    flushing = flushing.then(store)
    return flushing
  }

  async function store() {
    if (counts.size === 0) return
    const batch = counts
    counts = new Map()
    try {
      await countRefusals(await context(), [...batch.values()])
    } catch {
      const late = counts
      counts = batch
      for (const [key, more] of late) add(key, more)
      while (counts.size > mostCounts) counts.delete(counts.keys().next().value as string)
      arm()
    }
  }

  function add(key: string, more: Refused) {
    const known = counts.get(key)
    if (known) known.count += more.count
    else counts.set(key, more)
  }

  return {
    count({ endpoint, sender, event, deliveryId, reason, at }, delivery) {
      const minute = at.getTime() - (at.getTime() % 60_000)
      const key = `${endpoint} ${sender} ${reason} ${minute}`
      const known = counts.get(key)
      if (known) known.count += 1
      else {
        const first = { at, event, deliveryId, headers: keptHeaders(delivery), bodyBytes: delivery.body.byteLength }
        counts.set(key, { endpoint, sender, reason, minute: new Date(minute), count: 1, first })
      }
      arm()
    },
    flush,
  }
}
