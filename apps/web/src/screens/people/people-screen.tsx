'use client'

import { TextInput } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { parseAsString, useQueryState } from 'nuqs'
import { PermittedButton } from '../../components/permitted.tsx'
import { Trouble } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Section } from '../../ui/section.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import classes from './people.module.css'
import { PeopleTable } from './people-table.tsx'

/** Everybody who may come in, with what they are and where. */
export function PeopleScreen() {
  const trpc = useTRPC()
  const [q, setQ] = useQueryState('q', parseAsString.withDefault(''))
  const query = useInfiniteQuery(
    trpc.people.list.infiniteQueryOptions(q.trim() === '' ? {} : { q: q.trim() }, {
      ...polled,
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
      placeholderData: keepPreviousData,
    }),
  )
  if (!query.data) {
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} what="This list" />
    ) : (
      <ScreenSkeleton rows={6} />
    )
  }
  const rows = query.data.pages.flatMap(({ items }) => items)
  const add = (
    <PermittedButton needs="people.manage" where="everywhere" look="primary" href="/people/new">
      Add a person
    </PermittedButton>
  )
  return (
    <Page title={['People']} headline="Who comes in, and what they may do." aside={add}>
      <Section
        title="People"
        note={`${plural(rows.length, 'person', 'people')}${query.hasNextPage ? ', more below' : ''}`}
        aside={
          <TextInput
            aria-label="Search by name or e-mail address"
            placeholder="name or e-mail"
            className={classes.search}
            maxLength={100}
            value={q}
            onChange={(event) => void setQ(event.currentTarget.value || null)}
          />
        }
      >
        {rows.length > 0 ? (
          <PeopleTable rows={rows} />
        ) : q === '' ? (
          <EmptyState title="There is nobody yet." actions={add}>
            Whoever is added gets a link with which they choose a password. Until then only the operator token comes in.
          </EmptyState>
        ) : (
          <EmptyState title="Nobody is called that.">Look for a part of a name or of an e-mail address.</EmptyState>
        )}
        {query.hasNextPage && (
          <div className={classes.actions}>
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              Show more people
            </Button>
          </div>
        )}
      </Section>
    </Page>
  )
}
