'use client'

import type { ComponentsView } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import { Trouble } from '../../components/trouble.tsx'
import { countWord, plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { BacklogRow } from './backlog-row.tsx'
import classes from './components.module.css'
import { ComponentsNav } from './components-nav.tsx'
import { exampleConfiguration } from './example.ts'
import { Matrix } from './matrix.tsx'

/** What is recorded and not deployed first, then every component in every environment with its four facts. */
export function ComponentsScreen() {
  const trpc = useTRPC()
  const query = useQuery(trpc.components.matrix.queryOptions(undefined, polled))
  const view = query.data
  const headline = view && headlineOf(view)
  useAnnounceChange(headline)
  if (!view) {
    return query.error ? <Trouble error={query.error} retry={() => query.refetch()} /> : <ScreenSkeleton rows={8} />
  }
  const { components, backlog, asOf } = view
  return (
    <Page title={['Components']} headline={headline} sub={<ComponentsNav />}>
      {components.length === 0 ? (
        <NothingYet />
      ) : (
        <>
          {backlog.length > 0 && (
            <Section title="Not deployed" note={plural(backlog.length, 'place')}>
              <ul className={classes.backlog}>
                {backlog.map((item) => (
                  <BacklogRow key={`${item.component} ${item.environment}`} item={item} view={view} />
                ))}
              </ul>
            </Section>
          )}
          <Section
            title="Planned, recorded, attempted, observed"
            note={
              <>
                as of <Time at={asOf} />
              </>
            }
          >
            <Matrix view={view} />
          </Section>
        </>
      )}
    </Page>
  )
}

function NothingYet() {
  return (
    <>
      <EmptyState
        title="No component is known yet."
        actions={
          <Button look="primary" href="/components/configuration">
            Import a rollcall.yaml
          </Button>
        }
      >
        A component is a deployable thing with its own repository. Name the first ones in a rollcall.yaml like this one,
        and import it here or with PUT /api/v1/configuration.
      </EmptyState>
      <CopyText name="an example of rollcall.yaml" text={exampleConfiguration} />
    </>
  )
}

function headlineOf({ components, backlog }: ComponentsView): string {
  if (components.length === 0) return 'No component is known yet.'
  if (backlog.length === 0) return 'Whatever is recorded runs, is on its way, or waits.'
  const count = countWord(backlog.length)
  const places = `${count.charAt(0).toUpperCase()}${count.slice(1)} ${backlog.length === 1 ? 'version is' : 'versions are'}`
  return `${places} known here and not deployed.`
}
