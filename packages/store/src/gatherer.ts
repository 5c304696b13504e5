export interface Gatherer<T> {
  add(item: T): void
  /** Takes back what still waits; resolves when the batch that is on its way has been handed over. */
  drop(isMeant: (item: T) => boolean): Promise<void>
  /** Hands over at once what waits. */
  flush(): Promise<void>
  /** nothing waits */
  idle(): boolean
}

/** Hands over what was added in the last `milliseconds` together, one batch after the other. */
export function gatherer<T>(milliseconds: number, hand: (items: T[]) => Promise<void>): Gatherer<T> {
  let waiting: T[] = []
  let timer: NodeJS.Timeout | null = null
  let handing: Promise<void> = Promise.resolve()
  let busy = false

  function arm() {
    timer ??= setTimeout(flush, milliseconds)
  }

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer)
    timer = null
    handing = handing.then(async () => {
      const items = waiting
      if (items.length === 0) return
      waiting = []
      busy = true
      await hand(items).catch(() => {})
      busy = false
      if (waiting.length > 0) arm()
    })
    return handing
  }

  return {
    add(item) {
      waiting.push(item)
      // while a batch is on its way the next one grows
      if (!busy) arm()
    },
    drop(isMeant) {
      waiting = waiting.filter((item) => !isMeant(item))
      return handing
    },
    flush,
    idle: () => waiting.length === 0,
  }
}
