'use client'

import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { useQueryStates } from 'nuqs'
import { useMemo, useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { SweepNote } from '../../components/sweep-note.tsx'
import { Told } from '../../components/told.tsx'
import { Trouble, troubleOf } from '../../components/trouble.tsx'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Notice } from '../../ui/notice.tsx'
import { toastDone, toastRefused } from '../../ui/toast.ts'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { InStrip } from '../shell/strip-slot.tsx'
import classes from './fleet.module.css'
import { droppedVerdicts, fleetFilters, matches, sortTargets } from './fleet-filters.ts'
import { FleetGrid } from './fleet-grid.tsx'
import { FleetTable } from './fleet-table.tsx'
import { FleetTools } from './fleet-tools.tsx'
import { Legend } from './legend.tsx'

/** A large answer is read again less often; the grid of a small fleet stays lively. */
const paceMsFor = (targets: number) => (targets > 2000 ? 5000 : 500)

/** What a whole fleet answers, as one picture or one table, from one aggregated answer. */
export function FleetScreen() {
  const trpc = useTRPC()
  const search = useSearchParams()
  const [filters, setFilters] = useQueryStates(fleetFilters, { history: 'replace' })
  const [dropped] = useState(() => droppedVerdicts(search.get('verdict')))
  const environments = useQuery(trpc.environments.list.queryOptions())
  const components = useQuery(trpc.components.list.queryOptions())
  const environment = filters.environment ?? environments.data?.[0]?.slug ?? null
  const [paceMs, setPaceMs] = useState(500)
  const query = useQuery(
    trpc.fleet.get.queryOptions(
      { environment: environment ?? '', ...(filters.component ? { component: filters.component } : {}) },
      { ...polled, enabled: environment !== null, placeholderData: keepPreviousData, meta: { paceMs } },
    ),
  )
  const sweep = useMutation(
    trpc.fleet.sweep.mutationOptions({
      onSuccess: () => toastDone('Asked.', 'The worker calls the roll; answers arrive as tenants give them.'),
      onError: (error) => toastRefused(troubleOf(error).message, troubleOf(error).remedy),
    }),
  )
  const fleet = query.data
  useAnnounceChange(fleet?.environment === environment ? fleet?.headline : undefined)
  const wantedPace = paceMsFor(fleet?.targets.length ?? 0)
  if (wantedPace !== paceMs) setPaceMs(wantedPace)

  const found = useMemo(
    () => fleet?.targets.filter((target) => matches(target, filters.verdict, filters.q)) ?? [],
    [fleet, filters.verdict, filters.q],
  )
  const sorted = useMemo(() => sortTargets(found, filters.sort), [found, filters.sort])

  const slot = (
    <InStrip>
      {environments.data && environments.data.length > 0 && (
        <Choice
          look="switch"
          label="Environment"
          value={environment ?? ''}
          options={environments.data.map(({ slug }) => ({ value: slug, label: slug }))}
          onChange={(slug) => setFilters({ environment: slug }, { history: 'push' })}
        />
      )}
    </InStrip>
  )
  if (!fleet) {
    const error = query.error ?? environments.error
    const retry = () => void (environments.error ? environments.refetch() : query.refetch())
    if (error) {
      return (
        <>
          {slot}
          <Trouble error={error} retry={retry} what="This fleet" />
        </>
      )
    }
    return environments.data?.length === 0 ? <NoFleet /> : <ScreenSkeleton rows={8} />
  }
  return (
    <Page
      title={['Fleet', fleet.environment]}
      headline={<Told text={fleet.headline} />}
      sub={
        <>
          <span>
            {fleet.component} on {fleet.environment}
          </span>
          <SweepNote {...fleet} />
        </>
      }
      aside={
        <PermittedButton
          needs="fleet.sweep"
          where={fleet.environment}
          small
          busy={sweep.isPending}
          onClick={() => sweep.mutate({ environment: fleet.environment })}
        >
          Sweep now
        </PermittedButton>
      }
    >
      {slot}
      {query.error && <Notice tone="bad" title={troubleOf(query.error).message} role="status" />}
      {dropped.length > 0 && (
        <Notice tone="person" shape="question" title={`${dropped.join(', ')}: no such verdict.`} role="status">
          The filter goes without it.
        </Notice>
      )}
      <div className={classes.filters}>
        <Legend verdicts={fleet.verdicts} chosen={filters.verdict} onChange={(verdict) => setFilters({ verdict })} />
        <FleetTools
          q={filters.q}
          view={filters.view}
          component={fleet.component}
          components={components.data?.map(({ slug }) => slug) ?? []}
          onChange={setFilters}
        />
      </div>
      {fleet.targets.length === 0 ? (
        <EmptyState
          title="The control plane has named no tenant yet."
          actions={
            <PermittedButton
              needs="fleet.sweep"
              where={fleet.environment}
              onClick={() => sweep.mutate({ environment: fleet.environment })}
            >
              Sweep now
            </PermittedButton>
          }
        >
          {fleet.sweepDetail ?? 'A sweep asks it for the list, then asks every tenant what it runs.'}
        </EmptyState>
      ) : found.length === 0 ? (
        <EmptyState
          title="No tenant is like that."
          actions={<Button onClick={() => setFilters({ verdict: null, q: null })}>Show all of them</Button>}
        />
      ) : filters.view === 'table' ? (
        <FleetTable
          environment={fleet.environment}
          targets={sorted}
          sort={filters.sort}
          onSort={(sort) => setFilters({ sort })}
        />
      ) : (
        <FleetGrid fleet={fleet} found={found} />
      )}
      <p className={classes.foot} role="status">
        {found.length === fleet.targets.length
          ? null
          : `${found.length.toLocaleString('en')} of ${fleet.targets.length.toLocaleString('en')} tenants shown.`}
      </p>
    </Page>
  )
}

function NoFleet() {
  return (
    <Page title={['Fleet']} headline="No environment is known yet.">
      <EmptyState
        title="An environment is a fleet, its control plane and its policy."
        actions={<Button href="/">See the first steps</Button>}
      />
    </Page>
  )
}
