'use client'

import type { ApplyRow } from '@rollcall/services'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { useQueryStates } from 'nuqs'
import { useMemo, useState } from 'react'
import { Trouble, troubleOf } from '../../components/trouble.tsx'
import { countWord } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Page } from '../shell/page.tsx'
import classes from './applies.module.css'
import { AppliesTable } from './applies-table.tsx'
import { FilterBar } from './filter-bar.tsx'
import { applyFilters, droppedStates, groupLabels, groupOf } from './filters.ts'
import { NoApplies } from './no-applies.tsx'
import { usePager } from './use-pager.ts'
import { useSteadyRows } from './use-steady-rows.ts'

const pageSize = 30

/** All applies, newest first; which ones and from where stands in the address. */
export function AppliesScreen() {
  const trpc = useTRPC()
  const search = useSearchParams()
  const [filters, setFilters] = useQueryStates(applyFilters, { history: 'push' })
  const [dropped] = useState(() => droppedStates(search.get('state')))
  const input = useMemo(
    () => ({
      limit: pageSize,
      ...(filters.state ? { state: filters.state } : {}),
      ...(filters.environment ? { environment: filters.environment } : {}),
      ...(filters.component ? { component: filters.component } : {}),
      ...(filters.cursor ? { cursor: filters.cursor } : {}),
    }),
    [filters],
  )
  const query = useQuery(trpc.applies.list.queryOptions(input, { ...polled, placeholderData: keepPreviousData }))
  const steady = useSteadyRows(query.data?.items, JSON.stringify(input))
  const pager = usePager(filters.cursor, query.data?.nextCursor ?? null)
  const group = groupOf(filters.state)
  const filtered = Boolean(filters.state || filters.environment || filters.component)
  const clear = () => setFilters({ state: null, environment: null, component: null, cursor: null })
  return (
    <Page
      title={[group ? `Applies, ${groupLabels[group]}` : 'Applies']}
      headline={headlineOf(query.data?.items, filtered, filters.cursor !== null)}
      aside={
        <Button href="/applies/new" look="primary">
          New apply
        </Button>
      }
    >
      <FilterBar filters={filters} onChange={(change) => setFilters({ cursor: null, ...change })} />
      {dropped.length > 0 && (
        <Notice
          tone="person"
          shape="question"
          title={`${dropped.map((word) => `“${word}”`).join(', ')} is no state of an apply.`}
          role="status"
        >
          The filter goes without it.
        </Notice>
      )}
      {query.error && query.data === undefined ? (
        <Trouble error={query.error} retry={() => query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows rows={10} height={54} />
      ) : (
        <div className={classes.list} data-stale={query.isPlaceholderData || undefined} {...steady.hold}>
          {query.error && <Notice tone="bad" title={troubleOf(query.error).message} role="status" />}
          {steady.waiting > 0 && (
            <button type="button" className={classes.fresh} onClick={steady.show}>
              {steady.waiting} new — show
            </button>
          )}
          {steady.rows.length === 0 ? (
            <NoApplies filtered={filtered || filters.cursor !== null} clear={clear} />
          ) : (
            <AppliesTable rows={steady.rows} />
          )}
          <nav className={classes.pager} aria-label="Pages">
            {filters.cursor !== null && (
              <>
                <Button small onClick={() => setFilters({ cursor: pager.newer })}>
                  ← Newer
                </Button>
                {pager.newer !== null && (
                  <Button small look="quiet" onClick={() => setFilters({ cursor: null })}>
                    Newest
                  </Button>
                )}
              </>
            )}
            {pager.older !== null && (
              <Button small onClick={() => setFilters({ cursor: pager.older })}>
                Older →
              </Button>
            )}
          </nav>
        </div>
      )}
    </Page>
  )
}

function headlineOf(rows: readonly ApplyRow[] | undefined, filtered: boolean, older: boolean): string {
  if (rows === undefined) return 'Applies'
  if (rows.length === 0) return filtered ? 'No apply is like that.' : 'Nothing was ever applied here.'
  if (filtered) return older ? 'Older applies like that.' : 'Applies like that, newest first.'
  if (older) return 'Older applies.'
  const open = rows.filter(({ settled }) => !settled).length
  if (open === 0) return 'Every apply has come to its end.'
  const count = countWord(open)
  return open === 1
    ? 'One apply is still open.'
    : `${count.charAt(0).toUpperCase()}${count.slice(1)} applies are still open.`
}
