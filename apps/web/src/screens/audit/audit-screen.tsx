'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { Trouble, troubleOf } from '../../components/trouble.tsx'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { usePager } from '../applies/use-pager.ts'
import { Page } from '../shell/page.tsx'
import classes from './audit.module.css'
import { AuditTable } from './audit-table.tsx'
import { FilterBar } from './filter-bar.tsx'
import { type AuditFilters, askedOf, auditFilters, downloadHref, isFiltered, noFilters } from './filters.ts'
import { Standing } from './standing.tsx'

const pageSize = 50

/** Who did what, and what was refused to whom, newest first; which rows stands in the address. */
export function AuditScreen() {
  const trpc = useTRPC()
  const [{ cursor, ...filters }, setFilters] = useQueryStates(auditFilters, { history: 'push' })
  const asked = JSON.stringify(askedOf(filters))
  const input = useMemo(
    () => ({ limit: pageSize, ...JSON.parse(asked), ...(cursor ? { cursor } : {}) }),
    [asked, cursor],
  )
  const query = useQuery(trpc.audit.list.queryOptions(input, { ...polled, placeholderData: keepPreviousData }))
  const pager = usePager(cursor, query.data?.nextCursor ?? null)
  const change = useCallback((more: Partial<AuditFilters>) => void setFilters({ cursor: null, ...more }), [setFilters])
  const filtered = isFiltered(filters) || cursor !== null
  const clear = () => setFilters({ ...noFilters, cursor: null })
  const rows = query.data?.items ?? []
  return (
    <Page
      title={['Audit']}
      headline={filters.outcome === 'refused' ? 'Who was refused what.' : 'Who did what.'}
      aside={
        <div className={classes.exports}>
          <a className={classes.export} href={downloadHref(filters, 'csv')} download>
            Export as CSV
          </a>
          <a className={classes.export} href={downloadHref(filters, 'jsonl')} download>
            as JSON lines
          </a>
        </div>
      }
    >
      <Standing />
      <FilterBar filters={filters} onChange={change} />
      {filters.subjectId !== null && (
        <p className={classes.quiet}>
          Only about {filters.subjectType ?? 'what is called'} <span className="mono">{filters.subjectId}</span>.{' '}
          <Button small look="quiet" onClick={() => change({ subjectType: null, subjectId: null })}>
            About everything
          </Button>
        </p>
      )}
      {query.error && query.data === undefined ? (
        <Trouble error={query.error} retry={() => query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows rows={12} height={42} />
      ) : (
        <div className={classes.list} data-stale={query.isPlaceholderData || undefined}>
          {query.error && <Notice tone="bad" title={troubleOf(query.error).message} role="status" />}
          {rows.length > 0 ? (
            <AuditTable rows={rows} />
          ) : filtered ? (
            <EmptyState title="No row is like that." actions={<Button onClick={clear}>Show all rows</Button>} />
          ) : (
            <EmptyState title="Nothing was done here yet.">
              Every change and every refused attempt leaves a row, from the first environment on.
            </EmptyState>
          )}
          <nav className={classes.pager} aria-label="Pages">
            {cursor !== null && (
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
