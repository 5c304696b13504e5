'use client'

import type { OverviewView } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import { Trouble } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { SinceNote } from '../since/since-note.tsx'
import { FirstSteps } from './first-steps.tsx'
import { FleetRow } from './fleet-row.tsx'
import { MovingRow } from './moving-row.tsx'
import classes from './overview.module.css'
import { RecentRow } from './recent-row.tsx'
import { StandingAlerts } from './standing-alerts.tsx'
import { WaitingCard } from './waiting-card.tsx'

/** What waits for a person first, then what moves, then what the fleets answer, then what has ended. */
export function OverviewScreen() {
  const trpc = useTRPC()
  const query = useQuery(trpc.overview.get.queryOptions(undefined, polled))
  const overview = query.data
  useAnnounceChange(overview?.headline)
  if (!overview) {
    return query.error ? <Trouble error={query.error} retry={() => query.refetch()} /> : <ScreenSkeleton rows={8} />
  }
  const { waiting, moving, recent, environments } = overview
  // The oldest waiting item on top.
  const oldestFirst = [...waiting].sort((a, b) => a.waitingSince.localeCompare(b.waitingSince))
  const rankOf = buildRanks(environments)
  const untouched = waiting.length + moving.length + recent.length === 0
  return (
    <Page
      title={
        waiting.length > 0
          ? [`${plural(waiting.length, 'rollout')} ${waiting.length === 1 ? 'waits' : 'wait'}`]
          : ['Overview']
      }
      headline={overview.headline}
      aside={environments.length > 0 && overview.builds > 0 ? <Button href="/applies/new">New apply</Button> : null}
    >
      <SinceNote />
      <StandingAlerts />
      {untouched && <FirstSteps environments={environments} builds={overview.builds} />}
      {oldestFirst.length > 0 && (
        <Section title="Waits for a person" note={plural(oldestFirst.length, 'rollout')}>
          <ul className={classes.cards}>
            {oldestFirst.map((apply) => (
              <WaitingCard key={apply.id} apply={apply} />
            ))}
          </ul>
        </Section>
      )}
      {moving.length > 0 && (
        <Section title="Moves" note={plural(moving.length, 'rollout')}>
          <ul>
            {moving.map((apply) => (
              <MovingRow key={apply.id} apply={apply} />
            ))}
          </ul>
        </Section>
      )}
      {environments.length > 0 && (
        <Section title="What the fleets answer">
          <ul>
            {environments.map((environment) => (
              <FleetRow key={environment.slug} fleet={environment} rankOf={rankOf} />
            ))}
          </ul>
        </Section>
      )}
      {recent.length > 0 && (
        <Section
          title="Ended lately"
          aside={
            <Button look="quiet" small href="/applies">
              All applies
            </Button>
          }
        >
          <ul>
            {recent.map((apply) => (
              <RecentRow key={apply.id} apply={apply} />
            ))}
          </ul>
        </Section>
      )}
    </Page>
  )
}

/** One build has one ink in all fleets: the most frequent of them all the darkest. */
function buildRanks(environments: OverviewView['environments']): (sha: string) => number {
  const totals = new Map<string, number>()
  for (const { builds } of environments) {
    for (const { sha, targets } of builds) totals.set(sha, (totals.get(sha) ?? 0) + targets)
  }
  const order = [...totals].sort((a, b) => b[1] - a[1]).map(([sha]) => sha)
  return (sha) => order.indexOf(sha)
}
