'use client'

import type { EndpointView } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import { Trouble } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { DeliveriesSection } from './deliveries-section.tsx'
import { Endpoint } from './endpoint.tsx'
import { NoEndpoints } from './no-endpoints.tsx'

/** The endpoints that receive webhooks, each with its facts, and what was delivered to them. */
export function WebhooksScreen() {
  const trpc = useTRPC()
  const query = useQuery(trpc.webhooks.endpoints.queryOptions(undefined, polled))
  const headline = query.data && headlineOf(query.data.items)
  useAnnounceChange(headline)
  if (!query.data) {
    return query.error ? <Trouble error={query.error} retry={() => query.refetch()} /> : <ScreenSkeleton rows={8} />
  }
  const { items, asOf } = query.data
  return (
    <Page title={['Webhooks']} headline={headline}>
      {items.length === 0 ? (
        <NoEndpoints />
      ) : (
        <Section
          title="Endpoints"
          note={
            <>
              {plural(items.length, 'endpoint')}, counts of 24 hours, as of <Time at={asOf} />
            </>
          }
        >
          <ul>
            {items.map((endpoint) => (
              <Endpoint key={endpoint.name} endpoint={endpoint} />
            ))}
          </ul>
        </Section>
      )}
      <DeliveriesSection endpoints={items.map(({ name }) => name)} />
    </Page>
  )
}

function headlineOf(endpoints: readonly EndpointView[]): string {
  if (endpoints.length === 0) return 'No webhook is configured.'
  const locked = endpoints.filter(({ secrets }) => secrets.every(({ isSet }) => !isSet))
  if (locked.length > 0) return `${locked.map(({ name }) => name).join(', ')}: no secret is set, so nothing gets in.`
  const refused = endpoints.filter(({ counts }) => counts.refused > 0)
  if (refused.length > 0) return `Deliveries to ${refused.map(({ name }) => name).join(', ')} were refused.`
  return 'Every delivery was its sender’s.'
}
