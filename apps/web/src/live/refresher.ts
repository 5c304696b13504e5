import type { Query, QueryClient } from '@tanstack/react-query'

/** News is painted at most twice a second. */
const defaultPaceMs = 500

/** A query may ask to be refreshed less often, because its answer is large: `meta: { paceMs: 5000 }`. */
const paceOf = (query: Query): number => {
  const pace = query.meta?.paceMs
  return typeof pace === 'number' ? pace : defaultPaceMs
}

export interface Refresher {
  /** Something changed: whatever is on screen is read again, each query at its own pace. */
  news: () => void
  stop: () => void
}

/** Turns any number of hints into few refetches: a query that was just read waits for its pace, and none is forgotten. */
export function makeRefresher(queryClient: QueryClient): Refresher {
  const due = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let timerAt = Number.POSITIVE_INFINITY

  const active = () => queryClient.getQueryCache().findAll({ type: 'active' })

  /** Runs after this long, or earlier if that was planned: a query with a slow pace must not hold up the others. */
  function runIn(ms: number) {
    const at = Date.now() + ms
    if (at >= timerAt) return
    clearTimeout(timer)
    timer = setTimeout(run, ms)
    timerAt = at
  }

  function run() {
    timerAt = Number.POSITIVE_INFINITY
    const now = Date.now()
    let wait = Number.POSITIVE_INFINITY
    for (const query of active()) {
      if (!due.has(query.queryHash)) continue
      const left = paceOf(query) - (now - query.state.dataUpdatedAt)
      if (left <= 0 && query.state.fetchStatus === 'idle') {
        due.delete(query.queryHash)
        void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true })
      } else {
        wait = Math.min(wait, Math.max(left, 150))
      }
    }
    if (wait < Number.POSITIVE_INFINITY) runIn(wait)
    else due.clear()
  }

  return {
    news() {
      for (const query of active()) due.add(query.queryHash)
      // What is not on screen is only marked: it is read again when it is shown.
      void queryClient.invalidateQueries({ refetchType: 'none', type: 'inactive' })
      runIn(60)
    },
    stop() {
      clearTimeout(timer)
      timerAt = Number.POSITIVE_INFINITY
    },
  }
}
