'use client'

import type { UpdateCounts, UpdateView } from '@rollcall/services'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { Trouble, troubleOf } from '../../components/trouble.tsx'
import { countWord, formatCount } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { usePager } from '../applies/use-pager.ts'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { FilterBar } from './filter-bar.tsx'
import { countOf, grouped, type UpdateGroup, updateFilters, updateGroups } from './groups.ts'
import { NoUpdates, SendOne } from './send-one.tsx'
import classes from './updates.module.css'
import { UpdatesTable } from './updates-table.tsx'

const pageSize = 50
/** Of a group that is long, the newest; the rest is a press away. */
const shownOfGroup = 8

/** External updates by why they are not further; which ones and from where stands in the address. */
export function UpdatesScreen() {
  const trpc = useTRPC()
  const [filters, setFilters] = useQueryStates(updateFilters, { history: 'push' })
  const { why, environment, deploy, run, cursor } = filters
  const whose = useMemo(
    () => ({
      ...(environment ? { environment } : {}),
      ...(deploy ? { deploy_name: deploy } : {}),
      ...(run ? { run_id: run } : {}),
    }),
    [environment, deploy, run],
  )
  const input = useMemo(
    () => ({
      limit: pageSize,
      ...whose,
      ...(why ? { state: [...updateGroups[why].states] } : {}),
      ...(cursor ? { cursor } : {}),
    }),
    [whose, why, cursor],
  )
  const query = useQuery(trpc.updates.list.queryOptions(input, { ...polled, placeholderData: keepPreviousData }))
  const counts = useQuery(trpc.updates.counts.queryOptions(whose, { ...polled, placeholderData: keepPreviousData }))
  const pager = usePager(cursor, query.data?.nextCursor ?? null)
  const filtered = Boolean(why || environment || deploy || run || cursor)
  const clear = () => setFilters({ why: null, environment: null, deploy: null, run: null, cursor: null })
  const headline = headlineOf(query.data?.items, counts.data, filtered)
  useAnnounceChange(headline)
  return (
    <Page
      title={[why ? `Updates, ${updateGroups[why].label}` : 'Updates']}
      headline={headline}
      sub="What other repositories released, what is recorded of it, and how far it came."
    >
      <FilterBar
        filters={{ why, environment, deploy }}
        counts={counts.data}
        onChange={(change) => setFilters({ cursor: null, ...change })}
      />
      {run !== null && (
        <p className={classes.hint}>
          Only what run <span className="mono">{run}</span> sent.{' '}
          <Button small look="quiet" onClick={() => setFilters({ run: null, cursor: null })}>
            Show all runs
          </Button>
        </p>
      )}
      {query.error && query.data === undefined ? (
        <Trouble error={query.error} retry={() => query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows rows={8} height={54} />
      ) : (
        <div className={classes.list} data-stale={query.isPlaceholderData || undefined}>
          {query.error && <Notice tone="bad" title={troubleOf(query.error).message} role="status" />}
          {query.data.items.length === 0 ? (
            <NoUpdates filtered={filtered} clear={clear} />
          ) : why ? (
            <UpdatesTable rows={query.data.items} caption={`Updates, ${updateGroups[why].label}, newest first`} />
          ) : (
            <Groups
              rows={query.data.items}
              counts={counts.data}
              onMore={(group) => setFilters({ why: group, cursor: null })}
            />
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
          {query.data.items.length > 0 && <SendOne />}
        </div>
      )}
    </Page>
  )
}

interface GroupsProps {
  rows: readonly UpdateView[]
  counts: UpdateCounts | undefined
  onMore: (group: UpdateGroup) => void
}

function Groups({ rows, counts, onMore }: GroupsProps) {
  return grouped(rows).map(({ group, rows }) => {
    const total = Math.max(rows.length, counts ? countOf(group, counts.states) : 0)
    const { label } = updateGroups[group]
    return (
      <Section
        key={group}
        title={label.charAt(0).toUpperCase() + label.slice(1)}
        note={`${formatCount(total)}${counts?.more ? ` of the newest ${formatCount(counts.counted)}` : ''}`}
        aside={
          total > Math.min(rows.length, shownOfGroup) && (
            <Button small look="quiet" onClick={() => onMore(group)}>
              Show all
            </Button>
          )
        }
      >
        <UpdatesTable rows={rows.slice(0, shownOfGroup)} caption={`Updates, ${label}, newest first`} />
      </Section>
    )
  })
}

function headlineOf(rows: readonly UpdateView[] | undefined, counts: UpdateCounts | undefined, filtered: boolean) {
  if (rows === undefined || counts === undefined) return 'Updates'
  if (rows.length === 0) return filtered ? 'No update is like that.' : 'No repository has sent an update yet.'
  const moving = counts.states.waiting + counts.states.deploying + counts.states.held + counts.states.received
  const many = (count: number, one: string, more: string) => {
    const word = countWord(count)
    return `${word.charAt(0).toUpperCase()}${word.slice(1)} ${count === 1 ? one : more}`
  }
  if (counts.backlog > 0)
    return `${many(counts.backlog, 'version is', 'versions are')} recorded and not deployed${moving > 0 ? `, ${countWord(moving)} on the way` : ''}.`
  if (moving > 0) return `${many(moving, 'update is', 'updates are')} on the way.`
  return 'Everything that was recorded is deployed.'
}
