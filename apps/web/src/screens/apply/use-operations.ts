import type { OperationState } from '@rollcall/rollout'
import type { OperationRow } from '@rollcall/services'
import { useQueries } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'

const pageSize = 100

/** Pages out of view are kept, but read again rarely. */
const restingPaceMs = 15_000

/**
 * The operations of an apply in rollout order, page by page as they are looked at. Positions never change, so each page
 * is an answer of its own: only those in view are kept fresh twice a second, however many were loaded.
 */
export function useOperations(applyId: string, states: readonly OperationState[] | null) {
  const trpc = useTRPC()
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null])
  const [view, setView] = useState<readonly [number, number]>([0, pageSize])

  const pages = useQueries({
    queries: cursors.map((cursor, index) => {
      const inView = index * pageSize <= view[1] && (index + 1) * pageSize >= view[0]
      return trpc.applies.operations.queryOptions(
        { applyId, limit: pageSize, ...(cursor ? { cursor } : {}), ...(states ? { state: [...states] } : {}) },
        { ...polled, meta: inView ? {} : { paceMs: restingPaceMs } },
      )
    }),
  })
  const byId = new Map<string, OperationRow>()
  for (const { data } of pages) for (const row of data?.items ?? []) byId.set(row.id, row)

  const next = pages.at(-1)?.data?.nextCursor ?? null
  const loadMore = useCallback(() => {
    if (next !== null) setCursors((known) => (known.includes(next) ? known : [...known, next]))
  }, [next])
  const onRange = useCallback((first: number, last: number) => {
    setView((known) => (known[0] === first && known[1] === last ? known : [first, last]))
  }, [])
  return {
    rows: [...byId.values()],
    pending: pages[0]?.isPending ?? true,
    loadingMore: pages.length > 1 && (pages.at(-1)?.isPending ?? false),
    more: next !== null,
    error: pages.find(({ error }) => error)?.error ?? null,
    retry: () => {
      for (const page of pages) if (page.error) void page.refetch()
    },
    loadMore,
    onRange,
  }
}
