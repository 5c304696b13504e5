'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { OneOf } from '../../components/one-of.tsx'
import { Trouble } from '../../components/trouble.tsx'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterRow } from '../../ui/filter-row.tsx'
import { Section } from '../../ui/section.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { usePager } from '../applies/use-pager.ts'
import { DeliveriesTable } from './deliveries-table.tsx'
import { deliveryFilters, verdicts } from './filters.ts'
import classes from './webhooks.module.css'

const pageSize = 30

/** What was delivered, newest first; which and from where stands in the address. */
export function DeliveriesSection({ endpoints }: { endpoints: readonly string[] }) {
  const trpc = useTRPC()
  const [{ endpoint, verdict, cursor }, setFilters] = useQueryStates(deliveryFilters, { history: 'push' })
  const query = useQuery(
    trpc.webhooks.deliveries.queryOptions(
      {
        limit: pageSize,
        ...(endpoint ? { endpoint } : {}),
        ...(verdict ? { verdict } : {}),
        ...(cursor ? { cursor } : {}),
      },
      { ...polled, placeholderData: keepPreviousData },
    ),
  )
  const pager = usePager(cursor, query.data?.nextCursor ?? null)
  const isFiltered = endpoint !== null || verdict !== null || cursor !== null
  const rows = query.data?.items ?? []
  if (endpoints.length === 0 && !isFiltered && rows.length === 0) return null
  return (
    <Section title="Deliveries" note="newest first, kept for 30 days">
      <FilterRow
        label="Which deliveries"
        choice={
          <Choice
            label="Verdict"
            value={verdict ?? 'all'}
            onChange={(value) => setFilters({ cursor: null, verdict: verdicts.find((one) => one === value) ?? null })}
            options={['all', ...verdicts].map((value) => ({ value, label: value }))}
          />
        }
      >
        <OneOf
          label="Endpoint"
          every="every endpoint"
          value={endpoint}
          known={endpoints}
          onChange={(name) => setFilters({ cursor: null, endpoint: name })}
        />
      </FilterRow>
      {query.error && query.data === undefined ? (
        <Trouble error={query.error} retry={() => query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows rows={6} height={54} />
      ) : rows.length > 0 ? (
        <DeliveriesTable rows={rows} />
      ) : isFiltered ? (
        <EmptyState
          title="No delivery matches this filter."
          actions={
            <Button onClick={() => setFilters({ endpoint: null, verdict: null, cursor: null })}>
              Show all deliveries
            </Button>
          }
        />
      ) : (
        <EmptyState title="Nothing was delivered yet.">
          Each endpoint above has a line to test it; a forge sends by itself once it has the address and the secret.
        </EmptyState>
      )}
      <nav className={classes.pager} aria-label="Pages">
        {cursor !== null && (
          <Button small onClick={() => setFilters({ cursor: pager.newer })}>
            ← Newer
          </Button>
        )}
        {pager.older !== null && (
          <Button small onClick={() => setFilters({ cursor: pager.older })}>
            Older →
          </Button>
        )}
      </nav>
    </Section>
  )
}
