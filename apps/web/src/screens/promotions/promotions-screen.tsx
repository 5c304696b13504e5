'use client'

import type { ImageSetView, PromotionRowView } from '@rollcall/services'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { parseAsString, useQueryStates } from 'nuqs'
import { Trouble } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { usePager } from '../applies/use-pager.ts'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { exampleImageSet } from './example.ts'
import { ImageSet } from './image-set.tsx'
import classes from './promotions.module.css'
import { PromotionsTable } from './promotions-table.tsx'

const pageSize = 25
const filters = { set: parseAsString, cursor: parseAsString }

/** What the tags of every image set are, then every promotion, newest first. */
export function PromotionsScreen() {
  const trpc = useTRPC()
  const [{ set, cursor }, setFilters] = useQueryStates(filters, { history: 'push' })
  const sets = useQuery(trpc.promotions.sets.queryOptions(undefined, polled))
  const list = useQuery(
    trpc.promotions.list.queryOptions(
      { limit: pageSize, ...(set ? { set } : {}), ...(cursor ? { cursor } : {}) },
      { ...polled, placeholderData: keepPreviousData },
    ),
  )
  const pager = usePager(cursor, list.data?.nextCursor ?? null)
  const headline = sets.data && headlineOf(sets.data.items)
  useAnnounceChange(headline)
  const error = sets.error ?? list.error
  if (!sets.data || !list.data) {
    return error ? (
      <Trouble error={error} retry={() => Promise.all([sets.refetch(), list.refetch()])} />
    ) : (
      <ScreenSkeleton rows={8} />
    )
  }
  const rows: readonly PromotionRowView[] = list.data.items
  const { items, asOf } = sets.data
  return (
    <Page title={['Promotions']} headline={headline}>
      {items.length === 0 ? (
        <NoSets />
      ) : (
        <Section
          title="Image sets"
          note={
            <>
              {plural(items.length, 'set')}, as of <Time at={asOf} />
            </>
          }
        >
          <ul>
            {items.map((one) => (
              <ImageSet key={one.name} set={one} />
            ))}
          </ul>
        </Section>
      )}
      {(rows.length > 0 || items.length > 0) && (
        <Section title={set ? `Promotions of ${set}` : 'Promotions'} note="newest first">
          {rows.length === 0 ? (
            <EmptyState title="Nothing was promoted yet.">
              A commit is promoted by itself when its gate turns green, or by hand from a set above.
            </EmptyState>
          ) : (
            <PromotionsTable rows={rows} />
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
      )}
    </Page>
  )
}

function NoSets() {
  return (
    <>
      <EmptyState
        title="No image set is configured."
        actions={
          <Button look="primary" href="/components/configuration">
            Import a rollcall.yaml
          </Button>
        }
      >
        An image set names the images that belong together. When the checks of a commit are green, all of them become
        its destination tag, never half of them. Add one to your rollcall.yaml:
      </EmptyState>
      <CopyText name="an example of an image set" text={exampleImageSet} />
    </>
  )
}

function headlineOf(sets: readonly ImageSetView[]): string {
  const torn = sets.filter(({ tornBy }) => tornBy !== null)
  if (sets.length === 0) return 'No image set is configured.'
  if (torn.length > 0) return `${torn.map(({ name }) => name).join(', ')} is torn and locked until it is whole.`
  const active = sets.find(({ active }) => active !== null)
  if (active?.active) return `${active.name} is being promoted.`
  const mixed = sets.find((set) => set.mixed)
  if (mixed) return `The images of ${mixed.name} are not of one commit.`
  return 'Every image set is whole.'
}
